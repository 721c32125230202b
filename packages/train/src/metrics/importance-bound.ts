import { DataError, UsageError } from "@vaekit/infer";
import { type Estimate, estimateAround, estimateMean, logSumExp } from "@vaekit/latent";
import { LogSums } from "./log-sums.js";
import { checkCount } from "./matrix.js";

export interface ImportanceBoundOptions {
  examples: number;
  /** Weights per example that will come in. */
  draws: number;
  /** The numbers K of weights under one logarithm; each from 1 to `draws`. */
  samples: readonly number[];
}

export interface ImportanceBound {
  /** K */
  samples: number;
  /** Groups of K weights that were averaged per example: floor(draws / K). */
  groups: number;
  examples: number;
  /** Nats per example, and the interval over examples: how it would vary with other examples (and their noise). */
  overExamples: Estimate;
  /** The interval over noise: how it would vary on these examples with other draws. Null with one draw only. */
  overNoise: Estimate | null;
  /** Each example's own bound, nats. */
  perExample: Float64Array;
  protocol: string;
}

/** Blocks of the jackknife; with fewer weights than this, each is a block of its own. */
export const mostBlocks = 20;

/**
 * Importance-weighted bounds on ln p(x) for several K at once, from one stream of log weights
 * ln w = ln p(x|z) + ln p(z) - ln q(z|x), z from q(z|x):
 *
 * L_K = E ln (1/K) sum_k w_k  <=  ln p(x)    (Burda, Grosse & Salakhutdinov 2016, eq. 8; K = 1 is the ELBO)
 *
 * Nats per example, higher is better, no smaller with a larger K in expectation. An example's draws are cut into
 * floor(draws / K) disjoint groups of K in their order; its bound is the mean of the groups' ln mean w, and what is
 * left after the last whole group is not used for that K. Nothing but running sums is kept: memory is O(examples).
 *
 * Intervals, 95 %:
 * - over examples: standard error of the mean of the examples' bounds;
 * - over noise: the examples' noise variances v_i are independent, so the mean's is sum v_i / N^2. With several groups
 *   v_i is their sample variance over their number. With one group it is the delete-a-block jackknife's over 20 blocks
 *   of the K weights (Busing, Meijer & van der Leeden 1999: blocks may differ by one weight).
 */
export class ImportanceBounds {
  private readonly drawn: Uint32Array;
  private readonly levels: readonly Level[];

  /** @throws UsageError for a K below 1 or above the number of draws */
  constructor(private readonly options: ImportanceBoundOptions) {
    const { examples, draws, samples } = options;
    checkCount("examples", examples);
    checkCount("draws", draws);
    if (samples.length === 0) throw new UsageError("samples must name at least one K");
    for (const k of samples) {
      checkCount("samples K", k);
      if (k > draws) throw new UsageError(`K = ${k} importance samples need as many draws, got ${draws}`);
    }
    this.drawn = new Uint32Array(examples);
    this.levels = samples.map((k) => {
      const groups = Math.floor(draws / k);
      return groups > 1 ? new Grouped(examples, k, groups) : new Jackknifed(examples, k);
    });
  }

  /**
   * Take the next draws of `examples` examples from number `first` on.
   * logWeights [draws, examples] nats: all examples' first draw first, as objectives lay out their samples
   * @throws DataError for a NaN or +Infinity, or more draws than were announced
   */
  add(first: number, examples: number, logWeights: ArrayLike<number>): void {
    const draws = logWeights.length / examples;
    if (!(Number.isInteger(draws) && first >= 0 && first + examples <= this.options.examples)) {
      throw new DataError(
        `log weights: ${logWeights.length} values for examples ${first} to ${first + examples - 1} of ${this.options.examples}`,
      );
    }
    for (let e = 0; e < examples; e++) {
      const example = first + e;
      const start = this.drawn[example]!;
      if (start + draws > this.options.draws) {
        throw new DataError(`log weights: example ${example} has more than ${this.options.draws} draws`);
      }
      for (let draw = 0; draw < draws; draw++) {
        const value = logWeights[draw * examples + e]!;
        if (!(value < Number.POSITIVE_INFINITY)) {
          throw new DataError(`log weights: example ${example}, draw ${start + draw} is ${value}`);
        }
        for (const level of this.levels) level.add(example, start + draw, value);
      }
      this.drawn[example] = start + draws;
    }
  }

  /** One bound per K, in the order given. @throws DataError while draws are missing */
  result(): ImportanceBound[] {
    const { draws, examples } = this.options;
    const short = this.drawn.findIndex((count) => count < draws);
    if (short >= 0) {
      throw new DataError(`log weights: example ${short} has ${this.drawn[short]} of ${draws} draws`);
    }
    return this.levels.map((level) => {
      const { samples, groups, noise } = level;
      const perExample = new Float64Array(examples);
      let variance = 0;
      for (let i = 0; i < examples; i++) {
        const own = level.finish(i);
        perExample[i] = own.bound;
        variance += own.variance;
      }
      const overExamples = estimateMean(perExample);
      const overNoise = noise
        ? estimateAround(overExamples.value, Math.sqrt(variance) / examples, examples * noise.freedom)
        : null;
      const grouping = `${groups} disjoint group${groups > 1 ? "s" : ""} of K = ${samples}`;
      const protocol =
        `${examples} examples, ${draws} draws of z from q(z|x) each, ${grouping}; 95 % intervals: over examples ` +
        `their standard error${noise ? `, over noise ${noise.by}` : "; one draw says nothing about noise"}`;
      return { samples, groups, examples, overExamples, overNoise, perExample, protocol };
    });
  }
}

/** One K. */
interface Level {
  samples: number;
  groups: number;
  /** How the variance by noise is known, and its degrees of freedom per example. */
  noise: { by: string; freedom: number } | null;
  add(example: number, draw: number, value: number): void;
  finish(example: number): { bound: number; variance: number };
}

class Grouped implements Level {
  readonly noise: Level["noise"];
  private readonly running: LogSums;
  private readonly mean: Float64Array;
  private readonly squares: Float64Array;

  constructor(
    examples: number,
    readonly samples: number,
    readonly groups: number,
  ) {
    this.noise = { by: "from the variance between an example's groups", freedom: groups - 1 };
    this.running = new LogSums(examples);
    this.mean = new Float64Array(examples);
    this.squares = new Float64Array(examples);
  }

  add(example: number, draw: number, value: number): void {
    const group = Math.floor(draw / this.samples);
    if (group >= this.groups) return;
    this.running.add(example, value);
    if ((draw + 1) % this.samples !== 0) return;
    const bound = this.running.value(example) - Math.log(this.samples);
    this.running.clear(example);
    const delta = bound - this.mean[example]!;
    this.mean[example]! += delta / (group + 1);
    this.squares[example]! += delta * (bound - this.mean[example]!);
  }

  finish(example: number) {
    const variance = this.squares[example]! / (this.groups - 1) / this.groups;
    return { bound: this.mean[example]!, variance };
  }
}

class Jackknifed implements Level {
  readonly groups = 1;
  readonly noise: Level["noise"];
  private readonly blocks: number;
  private readonly sums: LogSums;

  constructor(
    examples: number,
    readonly samples: number,
  ) {
    this.blocks = Math.min(samples, mostBlocks);
    const by = `by the jackknife over ${this.blocks} blocks of an example's weights`;
    this.noise = samples > 1 ? { by, freedom: this.blocks - 1 } : null;
    this.sums = new LogSums(examples * this.blocks);
  }

  add(example: number, draw: number, value: number): void {
    if (draw >= this.samples) return;
    this.sums.add(example * this.blocks + Math.floor((draw * this.blocks) / this.samples), value);
  }

  finish(example: number) {
    const { blocks, samples } = this;
    const parts = Array.from({ length: blocks }, (_, b) => this.sums.value(example * blocks + b));
    const all = logSumExp(parts);
    const bound = all - Math.log(samples);
    if (blocks < 2) return { bound, variance: 0 };
    let centre = blocks * bound;
    const pseudo = parts.map((_, b) => {
      const size = Math.ceil(((b + 1) * samples) / blocks) - Math.ceil((b * samples) / blocks);
      const without = logSumExp(parts, b) - Math.log(samples - size);
      centre -= (1 - size / samples) * without;
      const ratio = samples / size;
      return { ratio, value: ratio * bound - (ratio - 1) * without };
    });
    let variance = 0;
    for (const { ratio, value } of pseudo) variance += (value - centre) ** 2 / (ratio - 1) / blocks;
    return { bound, variance };
  }
}
