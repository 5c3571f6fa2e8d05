// The simulated cloud on a socket: workspace, IAM and ECS metadata endpoint in one, for tests, the demo and the benchmarks.
import { createServer, type Server } from 'node:http';
import express, { type Request, type Response } from 'express';
import { type Cloud, type CloudAnswer, type CloudOptions, createCloud } from './cloud.ts';

export interface SimulatorOptions extends CloudOptions {
  /** On 127.0.0.1, always; 0 (the default) for any free port. */
  readonly port?: number;
}

export interface Simulator extends Cloud {
  /** `http://127.0.0.1:PORT`: workspace, IAM and metadata endpoint at once. */
  readonly url: string;
  /** Cuts all connections and refuses new ones for so long (real milliseconds). */
  outage(milliseconds: number): void;
  /** Cuts all connections and frees the port. */
  close(): Promise<void>;
}

/** Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const cloud = createCloud(options);
  const delayed = new Set<NodeJS.Timeout>();
  const server = createServer(serve(cloud, delayed));
  // Longer than any client keeps an idle connection, so that no request meets a closing socket.
  server.keepAliveTimeout = 120_000;
  const port = await listen(server, options.port ?? 0);
  return Object.assign(cloud, {
    url: `http://127.0.0.1:${port}`,
    outage(milliseconds: number) {
      server.close();
      server.closeAllConnections();
      later(delayed, milliseconds, () => server.listen(port, '127.0.0.1'));
    },
    close: () => stop(server, delayed),
  });
}

function serve(cloud: Cloud, delayed: Set<NodeJS.Timeout>) {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(async (request: Request, response: Response) => {
    const { method, originalUrl: url, headers } = request;
    const body = method === 'GET' ? '' : await read(request);
    const answer = cloud.answer({ method, url, headers, body });
    if (answer.delayMs === 0) return deliver(answer, response, delayed);
    later(delayed, answer.delayMs, () => deliver(answer, response, delayed));
  });
  return app;
}

function later(timers: Set<NodeJS.Timeout>, milliseconds: number, task: () => void): void {
  const timer = setTimeout(() => {
    timers.delete(timer);
    task();
  }, milliseconds);
  timers.add(timer);
}

function deliver(answer: CloudAnswer, response: Response, delayed: Set<NodeJS.Timeout>): void {
  if (answer.breakage === 'hang') return;
  if (answer.breakage === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  const half = body.subarray(0, Math.floor(body.length / 2));
  if (answer.breakage === 'truncate') response.write(half, () => response.destroy());
  else if (answer.breakage === 'resetBody') response.write(half, () => response.socket?.resetAndDestroy());
  else if (answer.breakage === 'drip') drip(body, response, delayed);
  else response.end(body);
}

function drip(body: Buffer, response: Response, delayed: Set<NodeJS.Timeout>): void {
  const size = Math.ceil(body.length / 10);
  const next = (from: number) => {
    if (response.destroyed) return;
    response.write(body.subarray(from, from + size));
    if (from + size >= body.length) response.end();
    else later(delayed, 1000, () => next(from + size));
  };
  next(0);
}

async function read(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function stop(server: Server, delayed: Set<NodeJS.Timeout>): Promise<void> {
  for (const timer of delayed) clearTimeout(timer);
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
