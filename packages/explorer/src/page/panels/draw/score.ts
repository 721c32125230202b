import { klToStandardNormal } from "@vaekit/latent";
import type { Near } from "../../core/nearest.js";

/** Neighbours that the usual distances were measured to. */
const usualNeighbours = 5;

/** Percent of the usual that lie below a value, by quantiles 0, 0.01, ..., 1 of it; 0 to 100, which is for more than the highest. */
export function percentileOf(value: number, quantiles: readonly number[]): number {
  const last = quantiles.length - 1;
  if (value > quantiles[last]!) return 100;
  if (value <= quantiles[0]!) return 0;
  const at = quantiles.findIndex((quantile) => quantile >= value);
  const [low, high] = [quantiles[at - 1]!, quantiles[at]!];
  // Not all lie below the highest: it is one of them.
  return (100 * Math.min(at - 1 + (value - low) / (high - low), last - 0.5)) / last;
}

/** Mean squared difference of two pictures of bytes, pixels from 0 to 1. */
export function errorOf(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i]! - b[i]!) / 255) ** 2;
  return sum / a.length;
}

/**
 * Mean distance to the nearest codes, as it was measured among the rows themselves: not to a row's own. least: the least that is usual;
 * what is nearer than a quarter of it is the same code, an example that was uploaded again (a site's codes are rounded).
 */
export function distanceOf(near: readonly Near[], least: number): number {
  const others = near[0] && near[0].distance < least / 4 ? near.slice(1) : near;
  const five = others.slice(0, usualNeighbours);
  return five.reduce((sum, { distance }) => sum + distance, 0) / five.length;
}

/** KL(q(z|x) || N(0, 1)), nats, over all dimensions. */
export function klOf(mu: Float32Array, logvar: Float32Array): number {
  return mu.reduce((sum, value, i) => sum + klToStandardNormal(value, logvar[i]!), 0);
}

export interface Percentiles {
  /** null where they are not known. */
  error: number | null;
  distance: number | null;
}

export interface Verdict {
  level: "ordinary" | "rare" | "unusual";
  text: string;
}

/**
 * One line. At most 5 % of what was measured itself is called rare or unusual, and 1 % unusual: with two measures, each has half of
 * that (Bonferroni).
 * of: what the usual was measured on, "examples"
 */
export function verdictOf({ error, distance }: Percentiles, of: string): Verdict | null {
  const found = [
    { percentile: error, name: "reconstruction error", says: "reconstructed worse" },
    { percentile: distance, name: "distance to the nearest codes", says: "further from its neighbours" },
  ].flatMap(({ percentile, ...words }) => (percentile === null ? [] : [{ percentile, ...words }]));
  if (found.length === 0) return null;
  const limits = { rare: 100 - 5 / found.length, unusual: 100 - 1 / found.length };
  const most = Math.max(...found.map(({ percentile }) => percentile));
  if (most < limits.rare) {
    const neither = found.length === 2 ? "Neither measure is" : `Its ${found[0]!.name} is not`;
    return { level: "ordinary", text: `${neither} above the ${limits.rare}th percentile of the ${of}.` };
  }
  const level = most < limits.unusual ? "rare" : "unusual";
  const from = limits[level];
  const says = found.filter(({ percentile }) => percentile >= from);
  const share = Math.min(...says.map(({ percentile }) => Math.floor(percentile)));
  const than = share === 100 ? `all ${of}` : `${share} % of the ${of}`;
  const begin = level === "rare" ? "Somewhat unusual" : "Unusual";
  return { level, text: `${begin}: ${says.map((each) => each.says).join(" and ")} than ${than}.` };
}

export interface Vote {
  label: number;
  count: number;
}

/** Labels of rows, the most frequent first; of as frequent ones, the nearer. */
export function votesOf(rows: readonly number[], labels: Int32Array): Vote[] {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(labels[row]!, (counts.get(labels[row]!) ?? 0) + 1);
  return [...counts].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count);
}
