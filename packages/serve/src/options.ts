import { availableParallelism } from "node:os";
import { mostThreads, UsageError } from "@vaekit/infer";

export interface ServeOptions {
  /** Default 8000; 0 for any that is free. */
  port?: number;
  /** Address to listen at. Default 127.0.0.1: this machine only. */
  host?: string;
  /** Required as `Authorization: Bearer` of all but the health routes. Default none. */
  token?: string;
  /** Threads inside one operator. Default 1. */
  threads?: number;
  /** Workers that run the graphs. Default 0: they run in the server's own thread. */
  workers?: number;
  /** Milliseconds that a request waits for others to join it. Default 0: those that have arrived already. */
  batchWindow?: number;
  /** Most rows that run together; 1 turns batching off. Default 64. */
  maxBatch?: number;
  /** Rows that may wait or run, over all bundles; more are answered with 429. Default 1024. */
  queue?: number;
  /** Most rows of one request. Default: the queue. */
  maxRows?: number;
  /** Bytes of a request's body. Default 16 MiB. */
  bodyLimit?: number;
  /** Milliseconds in which a whole request must have arrived. Default 30,000. */
  requestTimeout?: number;
  /** Connections at the same time. Default 1024. */
  connections?: number;
  /** Milliseconds between two looks for a new version of a bundle; 0 for none. Default 1000. */
  reload?: number;
  /** Milliseconds for which requests are finished when the server stops. Default 30,000. */
  drainTimeout?: number;
  /** Where log lines go, one JSON object each. Default nowhere. */
  log?: { write(line: string): void } | null;
  /** Told in a sentence what happens while the server runs: a new version, or one that cannot be loaded. */
  note?: (line: string) => void;
}

export type Settings = Required<Omit<ServeOptions, "token">> & { token?: string };

/** Defaults filled in. @throws UsageError for numbers that are out of range */
export function settingsOf(options: ServeOptions): Settings {
  const queue = options.queue ?? 1024;
  const settings: Settings = {
    ...options,
    port: options.port ?? 8000,
    host: options.host ?? "127.0.0.1",
    threads: options.threads ?? 1,
    workers: options.workers ?? 0,
    batchWindow: options.batchWindow ?? 0,
    maxBatch: options.maxBatch ?? 64,
    queue,
    maxRows: options.maxRows ?? queue,
    bodyLimit: options.bodyLimit ?? 16 * 2 ** 20,
    requestTimeout: options.requestTimeout ?? 30_000,
    connections: options.connections ?? 1024,
    reload: options.reload ?? 1000,
    drainTimeout: options.drainTimeout ?? 30_000,
    log: options.log ?? null,
    note: options.note ?? (() => {}),
  };
  const integers: readonly [keyof Settings, number, number][] = [
    ["port", 0, 65535],
    ["threads", 1, mostThreads],
    ["workers", 0, 4 * availableParallelism()],
    ["maxBatch", 1, 2 ** 20],
    ["queue", 1, 2 ** 20],
    ["maxRows", 1, queue],
    ["bodyLimit", 1, 2 ** 30],
    ["requestTimeout", 1, 2 ** 31 - 1],
    ["connections", 1, 2 ** 20],
    ["reload", 0, 2 ** 31 - 1],
    ["drainTimeout", 0, 2 ** 31 - 1],
  ];
  for (const [name, from, to] of integers) {
    const value = settings[name] as number;
    if (Number.isInteger(value) && value >= from && value <= to) continue;
    throw new UsageError(`serve: ${name} must be an integer from ${from} to ${to}, got ${value}`);
  }
  const { batchWindow, token, host } = settings;
  // Node takes an empty address for all of the machine's.
  if (host.trim() === "") {
    throw new UsageError(
      "serve: host must not be empty; leave it out for 127.0.0.1, or give 0.0.0.0 for all",
    );
  }
  if (!(batchWindow >= 0 && batchWindow <= 10_000)) {
    throw new UsageError(`serve: batchWindow must be milliseconds from 0 to 10000, got ${batchWindow}`);
  }
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError("serve: token must be printable characters without spaces");
  }
  return settings;
}
