import { rowsOf } from "@vaekit/latent";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { dataParts } from "../../packages/explorer/src/page/panels/morph/data-path.ts";
import {
  evenly,
  frameCount,
  frameDelays,
  frameOrder,
  inARow,
  scalesOf,
} from "../../packages/explorer/src/page/panels/morph/frames.ts";
import { enlarged, gifWriter } from "../../packages/explorer/src/page/panels/morph/gif.ts";
import {
  codeAlong,
  directParts,
  linePart,
  roundCorners,
} from "../../packages/explorer/src/page/panels/morph/path.ts";
import { advance } from "../../packages/explorer/src/page/panels/morph/player.ts";
import { Random } from "../../packages/latent/src/random.ts";
import "../support/matchers.js";

const stops = [Float32Array.of(2, 0), Float32Array.of(0, 2), Float32Array.of(-2, 0), Float32Array.of(0, -1)];

describe("a morph's direct parts", () => {
  it.each(["linear", "slerp"] as const)("meet every stop of the %s path exactly, at equal times", (path) => {
    const parts = directParts(stops, path);
    stops.forEach((stop, i) => {
      expect(codeAlong(parts, i / 3)).toBeAllClose(Array.from(stop), { atol: 1e-6 });
    });
    expect(codeAlong(parts, 0)).toEqual(stops[0]);
    expect(codeAlong(parts, 2 / 3)).toEqual(stops[2]);
  });

  it("are the mean half way by the line, and on the circle by the arc", () => {
    expect([...codeAlong(directParts(stops.slice(0, 2), "linear"), 0.5)]).toEqual([1, 1]);
    const half = codeAlong(directParts(stops.slice(0, 2), "slerp"), 0.5);
    expect(half).toBeAllClose([Math.SQRT2, Math.SQRT2], { atol: 1e-6 });
  });
});

describe("a line of points", () => {
  const bent = Float32Array.of(0, 0, 3, 0, 3, 1);

  it("is gone along at even speed", () => {
    const part = linePart(bent, 2);
    expect(evenly(5).map((share) => [...part(share)])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
      [3, 1],
    ]);
  });

  it("without length stays where it is", () => {
    const part = linePart(Float32Array.of(1, 2, 1, 2), 2);
    for (const share of [0, 0.3, 1]) expect([...part(share)]).toEqual([1, 2]);
  });

  it("keeps its ends and its neighbourhood when corners are cut", () => {
    const round = roundCorners(bent, 2, 1);
    expect([...round]).toEqual([0, 0, 2.25, 0, 3, 0.25, 3, 1]);
    const rounder = roundCorners(bent, 2);
    expect([...rounder.slice(0, 2), ...rounder.slice(-2)]).toEqual([0, 0, 3, 1]);
    // Turns of at most a few degrees where there was one of 90.
    for (let i = 4; i < rounder.length; i += 2) {
      const [a, b] = [i - 4, i - 2].map((at) =>
        Math.atan2(rounder[at + 3]! - rounder[at + 1]!, rounder[at + 2]! - rounder[at]!),
      );
      expect(Math.abs(b! - a!)).toBeLessThan(0.6);
    }
    expect(roundCorners(bent.subarray(0, 4), 2)).toEqual(bent.slice(0, 4));
  });
});

describe("along the data", () => {
  const random = new Random(3);
  /** Codes on three quarters of a ring in the first two of four dimensions. */
  const ring = Float32Array.from({ length: 600 * 4 }, () => 0);
  for (let row = 0; row < 600; row++) {
    const angle = 1.5 * Math.PI * random.uniform();
    ring.set([2 * Math.cos(angle), 2 * Math.sin(angle)], row * 4);
    for (let j = 0; j < 4; j++) ring[row * 4 + j]! += 0.05 * random.normal();
  }
  const [from, to] = [Float32Array.of(2, 0, 0, 0), Float32Array.of(0, -2, 0, 0)];
  const furthest = (part: (share: number) => Float32Array) =>
    Math.max(...evenly(101).map((share) => nearestDistance(ring, part(share))));

  it("stays among the codes where the straight line leaves them", async () => {
    const [part] = await dataParts(ring, [from, to]);
    const [straight] = directParts([from, to], "linear");
    expect(furthest(straight!)).toBeGreaterThan(0.5);
    expect(furthest(part!)).toBeLessThan(0.2);
    expect(part!(0)).toEqual(from);
    expect(part!(1)).toEqual(to);
  });

  it("moves evenly: no jump from one frame to the next", async () => {
    const [part] = await dataParts(ring, [from, to]);
    const codes = evenly(101).map((share) => part!(share));
    const steps = codes.slice(1).map((code, i) => Math.hypot(...code.map((x, j) => x - codes[i]![j]!)));
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.6);
  });

  it("has a part for each pair of stops, made once", async () => {
    const three = [from, to, from];
    const parts = await dataParts(ring, three);
    expect(parts).toHaveLength(2);
    expect(codeAlong(parts, 0.5)).toEqual(to);
    expect((await dataParts(ring, three))[0]).toBe(parts[0]);
  });

  it("is looked for anew after it was not found", async () => {
    const codes = ring.slice();
    const [start, end] = [from.slice(), to.slice()];
    start[0] = Number.NaN;
    await expect(dataParts(codes, [start, end])).rejects.toThrow();
    start[0] = from[0]!;
    const [part] = await dataParts(codes, [start, end]);
    expect(part!(0)).toEqual(from);
  });

  it("is a standstill from a stop to itself", async () => {
    const row = ring.slice(40, 44);
    const [part] = await dataParts(ring, [row, row.slice()]);
    for (const share of [0, 0.5, 1]) expect(part!(share)).toBeAllClose(Array.from(row), { atol: 1e-6 });
  });
});

function nearestDistance(codes: Float32Array, z: Float32Array): number {
  const { data, shape } = rowsOf(codes, z.length);
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; row < shape[0]!; row++) {
    least = Math.min(least, Math.hypot(...z.map((value, j) => value - data[row * z.length + j]!)));
  }
  return least;
}

describe("playing", () => {
  it("goes there and back", () => {
    expect(advance({ at: 0.5, forward: true }, 0.25, "back")).toEqual({ at: 0.75, forward: true });
    expect(advance({ at: 0.75, forward: true }, 0.5, "back")).toEqual({ at: 0.75, forward: false });
    expect(advance({ at: 0.25, forward: false }, 0.5, "back")).toEqual({ at: 0.25, forward: true });
  });

  it("starts again, or stops", () => {
    expect(advance({ at: 0.75, forward: true }, 0.5, "again")).toEqual({ at: 0.25, forward: true });
    expect(advance({ at: 0.75, forward: true }, 0.25, "stop")).toEqual({ at: 1, forward: true });
    expect(advance({ at: 0.75, forward: true }, 0.5, "stop")).toBeNull();
  });
});

describe("frames", () => {
  it("come back without showing an end twice", () => {
    expect(frameOrder(4, "back")).toEqual([0, 1, 2, 3, 2, 1]);
    expect(frameOrder(4, "again")).toEqual([0, 1, 2, 3]);
  });

  it("follow one another in hundredths of a second, which together take the time asked for", () => {
    expect(frameDelays(25, 25, 2.4)).toEqual(Array(25).fill(100));
    const uneven = frameDelays(24, 24, 4);
    expect(new Set(uneven)).toEqual(new Set([170, 180]));
    expect(uneven.slice(0, 23).reduce((a, b) => a + b)).toBe(4000);
  });

  it.each([
    { seconds: 0.5, count: 26 },
    { seconds: 1, count: 51 },
    { seconds: 2, count: 96 },
    { seconds: 0.01, count: 2 },
  ])("are $count of 96 in $seconds s: not faster than browsers show them", ({ seconds, count }) => {
    expect(frameCount(96, seconds)).toBe(count);
    const delays = frameDelays(count - 1, count, seconds);
    if (seconds > 0.02) expect(Math.min(...delays)).toBeGreaterThanOrEqual(20);
    expect(delays.reduce((a, b) => a + b)).toBe(1000 * seconds);
  });

  it("are enlarged by whole factors", () => {
    expect(scalesOf([28, 28, 1])).toEqual([1, 5, 9]);
    expect(scalesOf([32, 24, 3])).toEqual([1, 4, 8]);
    expect(scalesOf([400, 300, 3])).toEqual([1]);
    expect([...enlarged(Uint8Array.of(1, 2, 3, 4), 2, 2, 2)]).toEqual([
      ...[1, 1, 2, 2],
      ...[1, 1, 2, 2],
      ...[3, 3, 4, 4],
      ...[3, 3, 4, 4],
    ]);
  });

  it("stand beside one another in a strip", () => {
    const pictures = [Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(7, 8, 9, 10, 11, 12)];
    expect([...inARow(pictures, [2, 1, 3])]).toEqual([1, 2, 3, 7, 8, 9, 4, 5, 6, 10, 11, 12]);
    expect([...inARow(pictures, [2, 3, 1])]).toEqual([1, 2, 3, 7, 8, 9, 4, 5, 6, 10, 11, 12]);
  });
});

describe("an animated GIF", () => {
  /** Pixels of each frame [height, width, 4], as another library reads them. */
  async function read(bytes: Uint8Array) {
    const file = sharp(bytes, { animated: true });
    const { pages, pageHeight, width, delay, loop } = await file.metadata();
    const { data } = await file.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const size = width! * pageHeight! * 4;
    const frames = Array.from({ length: pages! }, (_, i) => data.subarray(i * size, (i + 1) * size));
    return { frames, width, height: pageHeight, delay, loop };
  }
  const noise = (count: number, seed: number) => {
    const random = new Random(seed);
    return Uint8Array.from({ length: count }, () => Math.floor(256 * random.uniform()));
  };

  it("has grey pictures exactly, of any size", async () => {
    const gif = gifWriter({ shape: [24, 20, 1], scale: 3, forever: true });
    const pictures = [1, 2, 3].map((seed) => noise(24 * 20, seed));
    for (const [i, pixels] of pictures.entries()) gif.add(pixels, [90, 20, 100][i]!);
    const { frames, width, height, delay, loop } = await read(gif.finish());
    expect([width, height, delay, loop]).toEqual([60, 72, [90, 20, 100], 0]);
    pictures.forEach((pixels, i) => {
      const expected = Array.from(enlarged(pixels, 24, 20, 3)).flatMap((grey) => [grey, grey, grey, 255]);
      expect([...frames[i]!]).toEqual(expected);
    });
  });

  it("has pictures of few colours exactly, and is shown once if asked", async () => {
    const gif = gifWriter({ shape: [8, 10, 3], scale: 1, forever: false });
    const pictures = [4, 5].map((seed) => noise(8 * 10 * 3, seed));
    for (const pixels of pictures) gif.add(pixels, 50);
    const { frames, loop } = await read(gif.finish());
    expect(loop).toBe(1);
    pictures.forEach((pixels, i) => {
      expect([...frames[i]!].filter((_, at) => at % 4 < 3)).toEqual([...pixels]);
    });
  });

  it("has pictures of many colours nearly", async () => {
    const side = 48;
    const gif = gifWriter({ shape: [side, side, 3], scale: 1, forever: true });
    const ramp = (flip: boolean) =>
      Uint8Array.from({ length: side * side * 3 }, (_, at) => {
        const [y, x] = [Math.floor(at / (3 * side)), Math.floor(at / 3) % side];
        return [5 * x, 5 * y, flip ? 240 - 5 * x : 60][at % 3]!;
      });
    const pictures = [ramp(false), ramp(true)];
    for (const pixels of pictures) gif.add(pixels, 50);
    const { frames } = await read(gif.finish());
    pictures.forEach((pixels, i) => {
      const shown = frames[i]!.filter((_, at) => at % 4 < 3);
      const mean = shown.reduce((sum, value, at) => sum + Math.abs(value - pixels[at]!), 0) / shown.length;
      expect(mean).toBeLessThan(6);
    });
  });

  it("keeps what is transparent so", async () => {
    const gif = gifWriter({ shape: [1, 3, 4], scale: 1, forever: true });
    gif.add(Uint8Array.of(10, 20, 30, 255, 200, 100, 0, 255, 9, 9, 9, 0), 50);
    gif.add(Uint8Array.of(1, 2, 3, 0, 200, 100, 0, 255, 9, 9, 9, 255), 50);
    const { frames } = await read(gif.finish());
    expect([...frames[0]!]).toEqual([10, 20, 30, 255, 200, 100, 0, 255, 0, 0, 0, 0]);
    expect([...frames[1]!]).toEqual([0, 0, 0, 0, 200, 100, 0, 255, 9, 9, 9, 255]);
  });
});
