// The parts list of the bundle in CycloneDX: what `npm sbom` says of the lock file, cut down to what esbuild really put in.
// Nothing in it depends on when, where or from which registry it was built: no time, no serial number, no address.
import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';

/** Development dependencies of the tests, parts of the bundle in a command that `serve` never loads: who installs the package needs none. */
const BUNDLED_ONLY = ['@grafana/grafana-foundation-sdk', 'tslib'];

/**
 * @param folder Where package.json and package-lock.json are.
 * @param manifest The manifest of this program.
 * @param packages The manifests of the bundled packages.
 */
export function sbom(folder, manifest, packages) {
  const { serialNumber: _, metadata, ...list } = npmSbom(folder);
  const { timestamp: __, tools: ___, ...facts } = metadata;
  const parts = new Map(list.components.map((one) => [one['bom-ref'], one]));
  const components = packages.map(({ name, version }) => {
    const part = parts.get(`${name}@${version}`);
    const isDevelopment = part?.properties.some((one) => one.name === 'cdx:npm:package:development');
    if (part === undefined || (isDevelopment && !BUNDLED_ONLY.includes(name)))
      throw new Error(
        `sbom: ${name}@${version} is bundled, but not a run-time dependency in package-lock.json; run npm ci`,
      );
    // Whoever reads the list may leave out what is for development.
    return { ...part, properties: part.properties.filter((one) => one.name !== 'cdx:npm:package:development') };
  });
  const bundled = new Set([facts.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  return {
    ...list,
    // npm calls it after its folder.
    metadata: { ...facts, component: { ...facts.component, name: manifest.name } },
    components,
    dependencies: list.dependencies
      .filter(({ ref }) => bundled.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => bundled.has(other)) })),
  };
}

/**
 * Everything in the lock file, for development as well: with `--omit=dev` npm (11.19) leaves out what is used for both, a third
 * of the bundle.
 */
function npmSbom(folder) {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  // Under npm its own program; else the one on the path.
  const { npm_execpath: npm } = process.env;
  const isNpm = npm !== undefined && basename(npm).startsWith('npm');
  const [command, first] = isNpm ? [process.execPath, [npm]] : ['npm', []];
  const text = execFileSync(command, [...first, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(text);
}
