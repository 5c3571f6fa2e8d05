// The part of undici that opens connections: its index loads fetch, WebSocket and caches as well, half of its time at start.
import connect from 'undici/lib/api/api-connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

// As in its index: tunnels need it.
Object.assign(Dispatcher.prototype, { connect });

export { Agent, type Dispatcher, Pool, ProxyAgent };
