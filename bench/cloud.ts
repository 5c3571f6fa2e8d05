// The simulated cloud in a process of its own, so that a measurement is of the exporter and not of the double.
import { startSimulator } from '../src/simulator/simulator.ts';

const pools = Number(process.argv[2] ?? '1000');
// A stopped day: every answer of a path is the same, so that both sides of a ratio do the same work.
const cloud = await startSimulator({
  pools,
  speed: 0.000_001,
  startAt: Date.UTC(2026, 5, 3, 10),
  throttle: { requestsPerMinute: Number.POSITIVE_INFINITY },
});
const { accessKey, secretKey, projectId, token } = cloud.credentials;
process.stdout.write(`${JSON.stringify({ url: cloud.url, accessKey, secretKey, projectId, token })}\n`);
// Ends with whoever started it.
process.stdin.resume().on('end', () => process.exit(0));
