import { type Estimate, estimateAround, estimateMean } from "@vaekit/latent";
import type { Moment } from "./per-example.js";

/** A number with all that is needed to read it. */
export interface Figure {
  value: number;
  /** 95 % confidence: over other examples (and their noise), and over other noise on these examples. Null: not known. */
  interval: { examples: Range | null; noise: Range | null };
  unit: string;
  /** Which way is good; null where neither is by itself. */
  better: "higher" | "lower" | null;
  /** How many it was measured on. */
  examples: number;
  protocol: string;
}

export type Range = readonly [low: number, high: number];

export type FigureText = Pick<Figure, "unit" | "better" | "protocol">;

/** The mean over examples. */
export function meanFigure(values: ArrayLike<number>, text: FigureText): Figure {
  const estimate = estimateMean(values);
  return {
    ...plain(estimate.value, values.length, text),
    interval: { examples: rangeOf(estimate), noise: null },
  };
}

/** The mean over examples of what each one's draws come to; draws: values that each variance is known from */
export function drawnFigure(moments: readonly Moment[], freedom: number, text: FigureText): Figure {
  const figure = meanFigure(
    moments.map(({ mean }) => mean),
    text,
  );
  const count = moments.length;
  let variance = 0;
  for (const moment of moments) {
    if (moment.variance === null) return figure;
    variance += moment.variance;
  }
  const noise = rangeOf(estimateAround(figure.value, Math.sqrt(variance) / count, count * freedom));
  return { ...figure, interval: { ...figure.interval, noise } };
}

export function plain(value: number, examples: number, text: FigureText): Figure {
  const { unit, better, protocol } = text;
  return { value, interval: { examples: null, noise: null }, unit, better, examples, protocol };
}

/** A metric's own estimate, with its interval over draws. */
export function estimated({ value, ...interval }: Estimate, examples: number, text: FigureText): Figure {
  return {
    ...plain(value, examples, text),
    interval: { examples: rangeOf({ value, ...interval }), noise: null },
  };
}

function rangeOf({ low, high }: Estimate): Range | null {
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null;
}
