import { DataError } from "@vaekit/infer";
import { ImportanceBounds } from "../metrics/importance-bound.js";

/** Mean over an example's draws, and the variance of that mean by their noise; nats. */
export interface Moment {
  mean: number;
  /** Null with one draw. */
  variance: number | null;
}

/** What one example's draws come to. */
export interface ExampleResult {
  /** ln p(x|z) */
  logPx: Moment;
  /** ln q(z|x) - ln p(z): the KL by sampling. */
  rate: Moment;
  /** ln p(x|z) + ln p(z) - ln q(z|x) */
  weight: Moment;
  /** The importance-weighted bound of each K. */
  bounds: Moment[];
}

/** Takes an example's draws one after another; keeps running sums alone. */
export class ExampleDraws {
  private readonly logPx = new RunningMoment();
  private readonly rate = new RunningMoment();
  private readonly weight = new RunningMoment();
  private readonly bounds: ImportanceBounds | null;

  /** samples: the numbers K of draws under one logarithm */
  constructor(
    private readonly example: number,
    draws: number,
    samples: readonly number[],
  ) {
    this.bounds = samples.length > 0 ? new ImportanceBounds({ examples: 1, draws, samples }) : null;
  }

  /** Of the next draws, in their order. @throws DataError for one that is not finite */
  add(logPx: Float64Array, logPz: Float64Array, logQz: Float64Array): void {
    const weights = new Float64Array(logPx.length);
    for (let i = 0; i < weights.length; i++) {
      const rate = logQz[i]! - logPz[i]!;
      const weight = logPx[i]! - rate;
      if (!Number.isFinite(weight)) {
        throw new DataError(
          `example ${this.example}: at a draw of z, ln p(x|z) is ${logPx[i]}, ln p(z) ${logPz[i]} and ln q(z|x) ${logQz[i]}; ` +
            "all must be finite. The model's weights or its posterior have run away.",
        );
      }
      weights[i] = weight;
      this.logPx.add(logPx[i]!);
      this.rate.add(rate);
      this.weight.add(weight);
    }
    this.bounds?.add(0, 1, weights);
  }

  result(): ExampleResult {
    return {
      logPx: this.logPx.result(),
      rate: this.rate.result(),
      weight: this.weight.result(),
      bounds: (this.bounds?.result() ?? []).map(({ overExamples, overNoise }) => ({
        mean: overExamples.value,
        variance: overNoise ? overNoise.standardError ** 2 : null,
      })),
    };
  }
}

/** Welford's algorithm. */
class RunningMoment {
  private count = 0;
  private mean = 0;
  private squares = 0;

  add(value: number): void {
    this.count += 1;
    const delta = value - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * (value - this.mean);
  }

  result(): Moment {
    const { count, mean, squares } = this;
    return { mean, variance: count > 1 ? squares / (count - 1) / count : null };
  }
}
