// An example of each way to sign in, as it is written in the configuration, with what the simulated cloud takes.
import type { AuthOptions } from '../../src/cloud/auth/index.ts';
import type { Cloud } from '../../src/simulator/cloud.ts';

export interface SignInPlace extends Pick<Cloud, 'credentials'> {
  /** Of the metadata service. */
  readonly url: string;
}
type Written = Readonly<Record<string, unknown>>;

export const signIns: Readonly<Record<AuthOptions['type'], (cloud: SignInPlace) => Written>> = {
  aksk: ({ credentials: { accessKey, secretKey } }) => ({
    type: 'aksk',
    access_key: accessKey,
    secret_key: secretKey,
  }),
  password: ({ credentials: { username, domain, password } }) => ({ type: 'password', username, domain, password }),
  token: ({ credentials: { token } }) => ({ type: 'token', token }),
  metadata: ({ url }) => ({ type: 'metadata', metadata_endpoint: url }),
  container: ({ url, credentials: { podToken } }) => ({
    type: 'container',
    credentials_uri: `${url}/v1/credentials`,
    authorization_token: podToken,
  }),
};

/** Every way of the list; one without an example fails, and says where to write it. */
export const exampleOf = (type: string, cloud: SignInPlace): Written => {
  const found = Object.entries(signIns).find(([name]) => name === type);
  if (found === undefined)
    throw new Error(`write an example of the way to sign in ${type} into test/support/sign-ins.ts`);
  return found[1](cloud);
};
