// Changes the secret of a cloud together with its file, as whoever rotates secrets does, or puts a wrong one there for a while.
import { randomBytes } from 'node:crypto';
import type { SoakCloud } from './cloud.ts';
import type { Configuration } from './configuration.ts';
import type { Way } from './projects.ts';

export interface Secret {
  /** A new one, at both ends. */
  rotate(): void;
  /** Everything that the cloud issued is refused from now on. */
  revoke(): void;
  mistype(): void;
  /** Wrong ones are secrets, too: often they are right elsewhere. */
  mistyped(): readonly string[];
  correct(): void;
}

export function secretOf(name: string, way: Way, { simulator }: SoakCloud, configuration: Configuration): Secret {
  const { control } = simulator;
  const wrong: string[] = [];
  let token = simulator.credentials.token;
  const current = () => {
    const { secretKey, password } = simulator.credentials;
    return way === 'aksk' ? secretKey : way === 'password' ? password : way === 'token' ? token : '';
  };
  const put = () => configuration.writeSecret(name, current());
  const rotate = () => {
    const made = randomBytes(20).toString('hex');
    if (way === 'aksk') control.setSecretKey(made);
    else if (way === 'password') control.setPassword(made);
    else if (way === 'token') token = control.issueToken();
    else control.expireTemporaryKeys();
    put();
  };
  put();
  return {
    rotate,
    revoke() {
      control.revokeTokens();
      if (way === 'token' || way === 'metadata') rotate();
    },
    mistype() {
      const word = randomBytes(16).toString('hex');
      wrong.push(word);
      configuration.writeSecret(name, word);
    },
    mistyped: () => wrong,
    correct: put,
  };
}
