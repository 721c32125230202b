import type { Colour } from "./surface.js";

/** Rows of pictures, all of one size: [count, height, width, channels] */
export interface Rows {
  data: ArrayLike<number>;
  shape: readonly [count: number, height: number, width: number, channels: number];
}

/** The medians of what lies at the pictures' edges: the background, where most pictures have one. */
export function borderColour({ data, shape: [count, height, width, channels] }: Rows): Colour {
  const levels = [0, 1, 2].map(() => new Uint32Array(256));
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const add = (at: number) => {
    levels[0]![data[at]!]!++;
    levels[1]![data[at + green]!]!++;
    levels[2]![data[at + blue]!]!++;
  };
  for (let i = 0; i < count; i++) {
    const pixel = (y: number, x: number) => add(((i * height + y) * width + x) * channels);
    for (let x = 0; x < width; x++) {
      pixel(0, x);
      pixel(height - 1, x);
    }
    for (let y = 1; y < height - 1; y++) {
      pixel(y, 0);
      pixel(y, width - 1);
    }
  }
  return levels.map(median) as [number, number, number];
}

function median(levels: Uint32Array): number {
  const half = levels.reduce((a, b) => a + b, 0) / 2;
  let below = 0;
  return Math.max(
    0,
    levels.findIndex((count) => {
      below += count;
      return below >= half;
    }),
  );
}

/** Rec. 601. */
export function isBright([red, green, blue]: Colour): boolean {
  return 299 * red + 587 * green + 114 * blue >= 128_000;
}

/**
 * Whether a picture is dark on bright where the data are bright on dark, or the other way round.
 * black, white: the picture [side, side, 3] over a black and over a white ground; where they differ it is transparent, and
 * with a transparent border the ink decides.
 */
export function isInverse(black: Uint8Array, white: Uint8Array, side: number, background: Colour): boolean {
  const shape = [1, side, side, 3] as const;
  const [onBlack, onWhite] = [borderColour({ data: black, shape }), borderColour({ data: white, shape })];
  if (isBright(onBlack) === isBright(onWhite)) return isBright(onBlack) !== isBright(background);
  const sums = [0, 0, 0];
  let opaque = 0;
  for (let at = 0; at < black.length; at += 3) {
    if (Math.abs(white[at]! - black[at]!) > 127) continue;
    opaque++;
    for (let c = 0; c < 3; c++) sums[c]! += black[at + c]!;
  }
  const ink = sums.map((sum) => sum / Math.max(1, opaque)) as [number, number, number];
  return opaque > 0 && isBright(ink) === isBright(background);
}
