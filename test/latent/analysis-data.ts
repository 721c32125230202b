import { Random } from "../../packages/latent/src/random.ts";
import type { AnalyzeInput, Pictures } from "../../packages/latent/src/report/input.ts";
import { type Codes, type Rows, rowsOf } from "../../packages/latent/src/rows.ts";

export interface SyntheticOptions {
  rows?: number;
  latent?: number;
  /** Groups that lie apart, in turn: row i is in group i % groups. */
  groups?: number;
  /** Latent dimensions at the end whose posteriors are the prior. */
  inactive?: number;
  seed?: number;
}

/** Codes in groups that no clustering can mix up: centres 6 apart or more, standard deviation 0.3. */
export function syntheticCodes({
  rows = 120,
  latent = 6,
  groups = 3,
  inactive = 0,
  seed = 1,
}: SyntheticOptions = {}): Codes {
  const random = new Random(seed);
  const active = latent - inactive;
  const mu = new Float32Array(rows * latent);
  const logvar = new Float32Array(rows * latent);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < latent; j++) {
      const at = i * latent + j;
      if (j >= active) {
        mu[at] = 0.01 * random.normal();
        continue;
      }
      const group = i % groups;
      const centre =
        active === 1 ? 6 * group : j === group % active ? 6 * (1 + Math.floor(group / active)) : 0;
      mu[at] = centre + 0.3 * random.normal();
      logvar[at] = -4;
    }
  }
  return { mu: rowsOf(mu, latent), logvar: rowsOf(logvar, latent) };
}

const side = 6;

/** A picture whose brightness is the row's number, and whose upper left pixel is white. */
export function numberedPictures(rows: number, channels = 1): Pictures {
  const size = side * side * channels;
  const data = Uint8Array.from({ length: rows * size }, (_, i) =>
    i % size < channels ? 255 : Math.floor(i / size) % 256,
  );
  return { data, shape: [rows, side, side, channels] };
}

/** z -> pictures in which column j is as bright as z_j is large. */
export async function decodeBars({ data, shape }: Rows): Promise<Pictures> {
  const [rows, latent] = shape as [number, number];
  const pixels = new Uint8Array(rows * side * side);
  for (let i = 0; i < pixels.length; i++) {
    const z = data[Math.floor(i / (side * side)) * latent + ((i % side) % latent)]!;
    pixels[i] = Math.round(255 / (1 + Math.exp(-z)));
  }
  return { data: pixels, shape: [rows, side, side, 1] };
}

/** All that an analysis can be given. */
export function syntheticInput(options: SyntheticOptions = {}): AnalyzeInput {
  const { rows = 120, groups = 3 } = options;
  const words = ["ant", "bee", "cat", "dog"];
  const codes = syntheticCodes(options);
  const latent = codes.mu.shape[1]!;
  return {
    name: "Synthetic codes",
    codes,
    labels: Array.from({ length: rows }, (_, i) => words[i % groups]!),
    labelName: "animal",
    columns: [
      { name: "first", values: Float32Array.from({ length: rows }, (_, i) => codes.mu.data[i * latent]!) },
      { name: "gaps", values: Array.from({ length: rows }, (_, i) => (i % 5 === 0 ? Number.NaN : i)) },
    ],
    pictures: numberedPictures(rows),
    index: Array.from({ length: rows }, (_, i) => 10 * i),
    decode: decodeBars,
    facts: [{ label: "Model", value: "none" }],
  };
}
