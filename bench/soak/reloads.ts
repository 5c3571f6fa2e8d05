// Changes the configuration under the running exporter, and has it read again in every way there is.
import type { Configuration } from './configuration.ts';
import type { Exporter } from './exporter.ts';
import type { SoakProject } from './projects.ts';

export interface Reloads {
  same(): Promise<void>;
  bySignal(): void;
  broken(): Promise<void>;
  /** Takes a project out, or puts it back. */
  toggleProject(): Promise<void>;
  /** Changes a project in a way that makes its results worthless. */
  changeProject(): Promise<void>;
  settle(): Promise<void>;
}

export interface Reloading {
  readonly projects: readonly SoakProject[];
  readonly configuration: Configuration;
  readonly exporter: Exporter;
  readonly complain: (what: string) => void;
}

const removable = 'branch';
const changeable = 'words';

export function createReloads({ projects, configuration, exporter, complain }: Reloading): Reloads {
  let isAway = false;
  let isTagged = false;
  const named = (name: string) => projects.find(({ plan }) => plan.name === name);

  /** The status, or what went wrong. */
  async function reload(): Promise<number | string> {
    const signal = AbortSignal.timeout(10_000);
    const answered = fetch(`${exporter.url}/-/reload`, { method: 'POST', signal });
    return answered.then(({ status }) => status, String);
  }
  /** Meanwhile nothing is said of the project that changes. */
  async function configure(changed?: SoakProject, next?: number | 'off') {
    if (next !== undefined) changed?.configured.set(undefined, Date.now());
    configuration.write({ without: isAway ? [removable] : [], tagged: isTagged ? [changeable] : [] });
    const status = await reload();
    if (status !== 200) complain(`a reload of a good configuration is answered with ${status}`);
    if (next !== undefined) changed?.configured.set(next, Date.now());
  }

  return {
    same: () => configure(),
    bySignal: () => void exporter.child.kill('SIGHUP'),
    async broken() {
      configuration.breakIt();
      const status = await reload();
      if (typeof status !== 'number' || status < 400) complain(`a broken configuration is answered with ${status}`);
      await configure();
    },
    toggleProject() {
      isAway = !isAway;
      return configure(named(removable), isAway ? 'off' : Date.now());
    },
    changeProject() {
      isTagged = !isTagged;
      return configure(named(changeable), Date.now());
    },
    async settle() {
      if (isAway) await this.toggleProject();
      else await configure();
    },
  };
}
