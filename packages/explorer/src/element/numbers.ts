import type { Manifest } from "@vaekit/infer/web";

/** "0.5, -1" as numbers; null unless all `count` of them are there and finite. */
export function numbersOf(text: string, count: number): Float32Array | null {
  const parts = text.split(",").map((part) => part.trim());
  const numbers = parts.map(Number);
  const sound = numbers.length === count && numbers.every(Number.isFinite) && !parts.includes("");
  return sound ? Float32Array.from(numbers) : null;
}

/** Names with commas between them; null for none. */
export function namesOf(text: string | null): string[] | null {
  const names = (text ?? "").split(",").map((name) => name.trim());
  return names.some(Boolean) ? names : null;
}

/** A label by its number or by its name; null for neither. */
export function labelOf(text: string, classes: number, names: readonly string[] | null): number | null {
  const named = names?.indexOf(text.trim()) ?? -1;
  if (named >= 0 && named < classes) return named;
  const label = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isInteger(label) && label >= 0 && label < classes ? label : null;
}

export interface SliderRange {
  dimension: number;
  min: number;
  max: number;
}

/** The dimensions that say most, by KL(q(z|x) || p(z)) where that is known, else the first; with what is usual +- 3 sigma. */
export function sliderRanges(
  { latent, latentStatistics }: Pick<Manifest, "latent" | "latentStatistics">,
  count: number,
): SliderRange[] {
  const { kl, mean, std } = latentStatistics ?? {};
  const order = Array.from({ length: latent }, (_, dimension) => dimension);
  if (kl) order.sort((a, b) => kl[b]! - kl[a]!);
  return order.slice(0, count).map((dimension) => {
    const [middle, reach] = [mean?.[dimension] ?? 0, 3 * (std?.[dimension] || 1)];
    return { dimension, min: middle - reach, max: middle + reach };
  });
}
