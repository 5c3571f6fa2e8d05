// `simulate`: the simulated cloud alone, for trying configurations of one's own.

import { messageOf } from '../option-types/error-code.ts';
import { member } from '../option-types/record.ts';
import { listenError } from '../server/listen-address.ts';
import { parseFault } from '../simulator/parse-fault.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';
import { FlagError, type Flags } from './flags.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_PORT = 18_054;

export async function startCloud(
  flags: Flags,
  presets: SimulatorOptions & { readonly port: number; readonly speed: number },
): Promise<Simulator> {
  const port = flags.simulatorPort ?? presets.port;
  const faults = flags.faults.map(faultOf);
  const { seed, speed = presets.speed, pools } = flags;
  return startSimulator({ ...presets, port, seed, speed, pools, faults }).catch((error: unknown) => {
    throw member(error, 'syscall') === 'listen'
      ? listenError({ host: '127.0.0.1', port }, error, '--simulator.port')
      : error;
  });
}

function faultOf(text: string) {
  try {
    return parseFault(text);
  } catch (error) {
    // It begins with "fault", and the text.
    throw new FlagError(`--${messageOf(error)}`);
  }
}

export async function simulate(flags: Flags, { out, stopped }: Terminal): Promise<number> {
  const cloud = await startCloud(flags, { port: DEFAULT_PORT, speed: 1 });
  const { accessKey, secretKey, username, domain, password, projectId, projectId2 } = cloud.credentials;
  out(`# The simulated cloud answers at ${cloud.url} (Workspace API, IAM and ECS metadata).
# A configuration for it:

scrape: { min_interval: 2s }
projects:
  - name: main
    region: ap-southeast-3
    project_id: ${projectId}
    endpoint: ${cloud.url}
    auth: { type: aksk, access_key: ${accessKey}, secret_key: ${secretKey} }
    discovery: { enabled: true }
  - name: branch
    region: ap-southeast-3
    project_id: ${projectId2}
    endpoint: ${cloud.url}
    iam_endpoint: ${cloud.url}
    auth: { type: password, username: ${username}, domain: ${domain}, password: ${password} }
    discovery: { enabled: true }
`);
  await stopped;
  await cloud.close();
  return 0;
}
