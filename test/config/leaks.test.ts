// A secret that was written in a wrong way is not repeated in what is said about it.
import { describe, expect, it } from 'vitest';
import { problemsOfText } from './problems.ts';

const SECRET = 'hunter2';
const options = [
  '{ type: password, username: u, domain: d, password: [hunter2] }',
  '{ type: password, username: u, domain: d, password: { hunter2: } }',
  '{ type: password, username: u, domain: d, password: {{ hunter2 }} }',
  '{ type: password, username: u, domain: d, password:hunter2 }',
  '{ type: password, username: u, domain: d, password, hunter2 }',
  '{ type: password, username: u, domain: d, password: { "hunter2/x": *x } }',
  '{ type: password, username: u, domain: d, password: *hunter2 }',
  '{ type: password, username: u, domain: d, password: &hunter2 }',
  '{ type: password, username: u, domain: d, password: !hunter2 }',
  '{ type: password, username: u, domain: d, password: @hunter2 }',
  '{ type: password, username: u, domain: d, password: "hunter2\\q" }',
  '{ type: password, username: u, domain: d, password: "hunter2"hunter2 }',
  '{ type: password, username: u, domain: d, password: %hunter2: }',
  '{ type: password, username: u, domain: d, passwort: hunter2 }',
  '{ type: hunter2 }',
  '{ type: token, token: hunter2, token_file: hunter2 }',
  '"hunter2"',
];

describe('a problem never repeats a secret:', () => {
  it.each(options)('auth: %s', async (auth) => {
    const told = await problemsOfText(`
projects:
  - name: a
    region: eu-west-0
    project_id: 0bec5db98280d2d02fd6c00c2de791ce
    pools: [c]
    http: { proxy_url: "ftp://u:hunter2@proxy" }
    iam_endpoint: https://u:hunter2@iam
    auth: ${auth}`);
    expect(told.length).toBeGreaterThan(0);
    expect(told.join('\n')).not.toContain(SECRET);
  });
});
