import { concatRows, type NdArray, type TypedArray } from "@vaekit/infer";
import { AbandonedError } from "../errors.js";
import type { Lanes } from "./lanes.js";

export type Inputs = Readonly<Record<string, NdArray<TypedArray>>>;
export type Outputs = Record<string, NdArray>;

export interface BatchOptions {
  /** Milliseconds that the first request of a batch waits for others; 0 joins only what has arrived already. */
  window: number;
  /** Most rows of a batch. A request of more runs alone; 1 turns batching off. */
  largest: number;
  /** Told the rows and requests of each batch that runs. */
  onBatch?: (rows: number, requests: number) => void;
}

interface Job {
  inputs: Inputs;
  rows: number;
  signal?: AbortSignal;
  resolve(outputs: Outputs): void;
  reject(error: unknown): void;
}

/**
 * Joins the rows of requests to one graph, runs them at once, and gives each request its own rows back. While the
 * lanes are taken, requests gather; those whose client has gone are dropped before they cost anything.
 */
export class Batcher {
  private jobs: Job[] = [];
  private rows = 0;
  private timer: { cancel(): void } | null = null;
  private starting = false;

  constructor(
    private readonly lanes: Lanes,
    private readonly run: (inputs: Inputs, rows: number) => Promise<Outputs>,
    private readonly options: BatchOptions,
  ) {}

  /** inputs: each [rows, ...], checked; they are borrowed until the promise settles. */
  submit(inputs: Inputs, rows: number, signal?: AbortSignal): Promise<Outputs> {
    return new Promise((resolve, reject) => {
      this.jobs.push({ inputs, rows, signal, resolve, reject });
      this.rows += rows;
      if (this.rows >= this.options.largest) this.start();
      else this.timer ??= after(this.options.window, () => this.start());
    });
  }

  private start(): void {
    this.timer?.cancel();
    this.timer = null;
    if (this.starting) return;
    this.starting = true;
    void this.lanes.run(() => {
      this.starting = false;
      const batch = this.take();
      // Whatever is left has waited as long as this batch has.
      if (this.jobs.length > 0) this.start();
      return this.runBatch(batch);
    });
  }

  private take(): Job[] {
    const batch: Job[] = [];
    let rows = 0;
    while (this.jobs.length > 0) {
      const job = this.jobs[0]!;
      if (rows > 0 && rows + job.rows > this.options.largest) break;
      this.jobs.shift();
      this.rows -= job.rows;
      if (job.signal?.aborted) {
        job.reject(new AbandonedError());
        continue;
      }
      batch.push(job);
      rows += job.rows;
    }
    return batch;
  }

  private async runBatch(batch: readonly Job[]): Promise<void> {
    const rows = batch.reduce((sum, job) => sum + job.rows, 0);
    if (rows === 0) return;
    this.options.onBatch?.(rows, batch.length);
    try {
      const outputs = await this.run(joined(batch), rows);
      let start = 0;
      for (const job of batch) {
        job.resolve(part(outputs, start, start + job.rows));
        start += job.rows;
      }
    } catch (error) {
      for (const job of batch) job.reject(error);
    }
  }
}

function joined(batch: readonly Job[]): Inputs {
  const [first] = batch;
  if (batch.length === 1) return first!.inputs;
  return Object.fromEntries(
    Object.keys(first!.inputs).map((name) => [name, concatRows(batch.map(({ inputs }) => inputs[name]!))]),
  );
}

function part(outputs: Outputs, start: number, end: number): Outputs {
  return Object.fromEntries(Object.entries(outputs).map(([name, array]) => [name, array.rows(start, end)]));
}

/** What has arrived by now is still being read: it joins before the event loop comes to its immediates. */
function after(milliseconds: number, act: () => void): { cancel(): void } {
  if (milliseconds > 0) {
    const timer = setTimeout(act, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  }
  const immediate = setImmediate(act);
  return { cancel: () => clearImmediate(immediate) };
}
