import { noProgress, readProgress, writeProgress } from "./checkpoint.js";
import type { ExampleResult } from "./per-example.js";

export interface KeepOptions {
  /** None: nothing is kept. */
  file?: string;
  /** Of all that decides the numbers. */
  digest: string;
  plans: number;
  /** performance.now() when the evaluation began. */
  began: number;
  /** Seconds between two writes. */
  saveEvery: number;
  signal?: AbortSignal;
}

/** What is done of an evaluation, and the file that keeps it. */
export class KeptProgress {
  private saved = performance.now();
  private changed = false;

  private constructor(
    /** Of each plan's first examples. Whoever adds to them calls `onExamples`. */
    readonly results: ExampleResult[][],
    private readonly secondsBefore: number,
    private readonly options: KeepOptions,
  ) {}

  /** From where a stopped evaluation was. @throws DataError for a file that is damaged, or of another evaluation */
  static async open(options: KeepOptions): Promise<KeptProgress> {
    const { file, digest, plans } = options;
    const { results, seconds } = file ? await readProgress(file, digest, plans) : noProgress(plans);
    return new KeptProgress(results, seconds, options);
  }

  /** How long it took, before a stop as well. */
  seconds(): number {
    return this.secondsBefore + (performance.now() - this.options.began) / 1000;
  }

  async onExamples(): Promise<void> {
    this.changed = true;
    if (performance.now() - this.saved >= this.options.saveEvery * 1000) await this.save();
  }

  /** Do the work; the file is there afterwards where something was added or the signal stopped it. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      if (this.changed || this.options.signal?.aborted) await this.save();
    }
  }

  private async save(): Promise<void> {
    const { file, digest } = this.options;
    this.saved = performance.now();
    this.changed = false;
    if (file) await writeProgress(file, digest, { results: this.results, seconds: this.seconds() });
  }
}
