// Every credential that this process has used, by key: projects share its state, and a reload does not lose it.
import type { Clock } from '../async/clock.ts';
import { type Credential, createCredential } from '../cloud/auth/credential.ts';
import type { Identity } from '../cloud/auth/sign-in.ts';
import type { ProjectConfig } from '../config/schema.ts';
import type { Logger } from './logger.ts';

export interface CredentialRegistry {
  /** A project that is going to use credentials, one at a time: changed secrets may name another one. */
  user(project: ProjectConfig): CredentialUser;
}

export interface CredentialUser {
  credentialOf(identity: Identity): Credential;
  /** Its limits count no longer, from now on. */
  leave(): void;
}

export interface CredentialRegistryOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
}

/**
 * Nothing is ever removed: a project that is removed and comes back must not have its blocked credential tried at once. There
 * are no more of them than access keys, users and machines that were ever configured.
 */
export function createCredentialRegistry({ clock, random, log }: CredentialRegistryOptions): CredentialRegistry {
  const known = new Map<string, Credential>();

  function credential({ key, blockFor }: Identity, project: string): Credential {
    const at = (until: number) => new Date(until).toISOString();
    const found =
      known.get(key) ??
      createCredential({
        clock,
        random,
        blockFor,
        onBlock: ({ until, why, othersFrom }) =>
          log.error(
            'the cloud refused the credential; to keep it from being locked, nothing is sent with it until the time given here',
            {
              project,
              until: at(until),
              another_secret_from: othersFrom === undefined ? undefined : at(othersFrom),
              error: why,
            },
          ),
        onHold: (until) =>
          log.warn('the cloud asked for a pause; nothing is sent until the time given here', {
            project,
            until: at(until),
          }),
      });
    known.set(key, found);
    return found;
  }

  return {
    user({ name, http }) {
      const user = Symbol(name);
      let current: Credential | undefined;
      let hasLeft = false;
      return {
        leave() {
          hasLeft = true;
          current?.leave(user);
        },
        credentialOf(identity) {
          const next = credential(identity, name);
          if (next !== current) current?.leave(user);
          current = next;
          // A secret file may be slow to read: longer than the collection that wanted it.
          if (hasLeft) return next;
          next.use(
            user,
            { concurrency: http.concurrency, requestsPerMinute: http.requests_per_minute },
            identity.configured,
          );
          return next;
        },
      };
    },
  };
}
