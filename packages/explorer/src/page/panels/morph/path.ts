import { interpolate } from "@vaekit/latent";

export type PathName = "linear" | "slerp" | "data";

/** The way from a stop to the next: the code [latent] at a share of it, from 0 to 1. */
export type Part = (share: number) => Float32Array;

export const pathNames: { readonly [K in PathName]: { title: string; does: string } } = {
  linear: { title: "Linear", does: "The straight line from each stop to the next." },
  slerp: {
    title: "Spherical",
    does: "An arc around the origin; its distance from there goes evenly from that of a stop to that of the next.",
  },
  data: {
    title: "Along the data",
    does: "From example to neighbouring example in short steps, with rounded corners: it goes around where no codes are.",
  },
};

/** The code at a share of the whole morph, of which each part takes the same. parts: at least one */
export function codeAlong(parts: readonly Part[], at: number): Float32Array {
  // Rounded, so that 1/3 of three parts is the second stop itself.
  const place = Math.round(at * parts.length * 1e9) / 1e9;
  const part = Math.max(0, Math.min(parts.length - 1, Math.floor(place)));
  return parts[part]!(Math.max(0, Math.min(1, place - part)));
}

/** Straight lines or arcs between stops [latent] each. */
export function directParts(stops: readonly Float32Array[], path: "linear" | "slerp"): Part[] {
  return stops.slice(1).map((to, i) => (share) => interpolate(stops[i]!, to, { path, at: [share] }).data);
}

/** Along straight lines between points [points, latent], at even speed. */
export function linePart(points: Float32Array, latent: number): Part {
  const lines = points.length / latent - 1;
  const before = new Float64Array(lines + 1);
  for (let i = 0; i < lines; i++) {
    let sum = 0;
    for (let j = i * latent; j < (i + 1) * latent; j++) sum += (points[j + latent]! - points[j]!) ** 2;
    before[i + 1] = before[i]! + Math.sqrt(sum);
  }
  return (share) => {
    const wanted = share * before[lines]!;
    let line = 0;
    while (line < lines - 1 && before[line + 1]! < wanted) line++;
    const length = before[line + 1]! - before[line]!;
    const t = share === 1 ? 1 : length > 0 ? (wanted - before[line]!) / length : 0;
    const [a, b] = [line * latent, (line + 1) * latent];
    return Float32Array.from({ length: latent }, (_, j) => (1 - t) * points[a + j]! + t * points[b + j]!);
  };
}

/** Cut each corner off at a quarter and three quarters of its lines, some times (Chaikin 1974); the ends stay. points [points, latent] */
export function roundCorners(points: Float32Array, latent: number, rounds = 3): Float32Array {
  const count = points.length / latent;
  if (count < 3 || rounds === 0) return points;
  const cut = new Float32Array((2 * count - 2) * latent);
  cut.set(points.subarray(0, latent));
  for (let i = 1; i < count - 1; i++) {
    for (let j = 0; j < latent; j++) {
      const [last, here, next] = [-1, 0, 1].map((k) => points[(i + k) * latent + j]!);
      cut[(2 * i - 1) * latent + j] = 0.25 * last! + 0.75 * here!;
      cut[2 * i * latent + j] = 0.75 * here! + 0.25 * next!;
    }
  }
  cut.set(points.subarray(-latent), cut.length - latent);
  return roundCorners(cut, latent, rounds - 1);
}
