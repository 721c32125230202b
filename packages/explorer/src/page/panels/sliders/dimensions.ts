import type { SiteDimension } from "../../../site/manifest.js";
import { byImportance } from "../../core/order.js";

export interface Range {
  min: number;
  max: number;
}

/** Indices of the latent dimensions, those that carry most first. */
export interface Order {
  active: number[];
  inactive: number[];
}

export function dimensionOrder(dimensions: readonly SiteDimension[]): Order {
  const order = byImportance(dimensions);
  return {
    active: order.filter((i) => dimensions[i]!.active),
    inactive: order.filter((i) => !dimensions[i]!.active),
  };
}

/** How far a draw from a standard normal prior goes in 98 of 100 cases. */
const usual = 2.33;

/**
 * From the 0.01 to the 0.99 quantile of the codes and a tenth more at each end, with the value in it. The codes of an
 * inactive dimension are all alike while draws from the prior are not: its range is the prior's.
 */
export function rangeOf({ active, mean, quantiles }: SiteDimension, value: number): Range {
  const [low, , , , high] = quantiles;
  const from = active ? low : Math.min(low, mean - usual);
  const to = active ? high : Math.max(high, mean + usual);
  const more = Math.max(0.1 * (to - from), 1e-3);
  return widened({ min: from - more, max: to + more }, value);
}

/** What inactive dimensions have in common, which depends on what they were told apart by. */
export function inactiveNote(inactive: readonly SiteDimension[]): string {
  const small = inactive.every(({ kl }) => kl !== null)
    ? "Their KL is below 0.01 nats: they carry next to nothing of a picture."
    : "The variance of their codes is below 0.01. What moving them changes is not known here.";
  return `${small} Their sliders go at least as far as 98 % of a standard normal.`;
}

export function widened({ min, max }: Range, value: number): Range {
  return { min: Math.min(min, value), max: Math.max(max, value) };
}

/** `count` values from one end of a range to the other. */
export function along({ min, max }: Range, count: number): number[] {
  return Array.from({ length: count }, (_, k) => min + ((max - min) * k) / (count - 1));
}

/** What a reader asks for by "3, 10-14", as a test of a number; null for nothing that could be read. */
export function numbersIn(text: string): ((index: number) => boolean) | null {
  const parts = [...text.matchAll(/(\d+)(?:\s*[-–]\s*(\d+))?/g)].map(([, from, to]) => ({
    from: Number(from),
    to: Number(to ?? from),
  }));
  if (parts.length === 0) return null;
  return (index) => parts.some(({ from, to }) => index >= from && index <= to);
}
