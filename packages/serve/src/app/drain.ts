import { Server } from "node:net";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

export interface DrainOptions {
  /** Milliseconds for which an open connection that asks for nothing is kept, for requests that are on their way. */
  grace: number;
  /** Milliseconds after which whatever is left is cut off. */
  timeout: number;
  /** Told when no more connections are taken. */
  onClosed?: () => void;
}

const checkInterval = 10;

/**
 * Take no more connections, answer every request that arrives on those there are, each with `Connection: close`, and
 * close what is left.
 */
export async function drain(app: FastifyInstance, { grace, timeout, onClosed }: DrainOptions): Promise<void> {
  const { server } = app;
  // Connections that wait to be taken are lost with the listening socket: one whole turn of the event loop takes them.
  await turn();
  await turn();
  // http's own close destroys idle connections at once, also those whose next request is already on its way.
  if (server.listening) Server.prototype.close.call(server);
  onClosed?.();
  const began = performance.now();
  for (;;) {
    const waited = performance.now() - began;
    const connections = await countConnections(server);
    if (connections === 0) break;
    if (waited >= timeout) {
      server.closeAllConnections();
      break;
    }
    if (waited >= grace) server.closeIdleConnections();
    await sleep(checkInterval);
  }
  await app.close();
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)));
}
