import { describe, expect, it } from "vitest";
import { besidePointer } from "../../packages/explorer/src/page/panels/map/beside.ts";
import { embeddingsShown, shownEmbedding } from "../../packages/explorer/src/page/panels/map/embeddings.ts";
import { frameOf } from "../../packages/explorer/src/page/panels/map/frame.ts";
import { paintOf } from "../../packages/explorer/src/page/panels/map/paint.ts";
import { seenAt } from "../../packages/explorer/src/page/panels/map/seen-at.ts";
import { meanOf, selectionWith, someOf } from "../../packages/explorer/src/page/panels/map/selecting.ts";
import type { SiteEmbedding } from "../../packages/explorer/src/site/manifest.ts";

const embedding = (dimensions: 2 | 3, kind: SiteEmbedding["kind"] = "neighbours"): SiteEmbedding => ({
  name: "UMAP",
  dimensions,
  kind,
  tensor: "",
  note: "",
});

describe("the frame of a map", () => {
  it("takes a place to the plot and back", () => {
    const places = Float32Array.from([0, 10, 4, 30, 2, 14]);
    const frame = frameOf({ ...embedding(2), places }, 2);
    expect([...frame.points]).toBeAllClose([-0.2, -1, 0.2, 1, 0, -0.6], { atol: 1e-6 });
    expect(frame.toPlace([0.2, 1])).toEqual([4, 30]);
    expect(frame.toPoint([2, 14])).toBeAllClose([0, -0.6], { atol: 1e-6 });
  });

  it("sees an embedding of three dimensions along the third where the plot is flat", () => {
    const places = Float32Array.from([0, 10, 5, 4, 30, 6]);
    expect([...frameOf({ ...embedding(3), places }, 2).points]).toBeAllClose([-0.2, -1, 0.2, 1], {
      atol: 1e-6,
    });
  });
});

describe("seenAt", () => {
  /** A camera at distance 4 on the z axis, turned a little, that sees 1 at distance 1 as 300 pixels. */
  function camera([x, y, z]: readonly [number, number, number]): [number, number, number] {
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const depth = 4 - (c * z - s * x);
    return [320 + (300 * (c * x + s * z)) / depth, 240 - (300 * y) / depth, depth];
  }

  it("finds where a camera sees a point that is none of those it learnt from", () => {
    const points: number[] = [];
    const places: number[] = [];
    for (let i = 0; i < 50; i++) {
      const point = [Math.sin(i), Math.sin(i * 1.7 + 1), Math.sin(i * 2.3 + 2)] as const;
      points.push(...point);
      places.push(...camera(point));
    }
    const [x, y] = camera([0.3, -0.8, 0.5]);
    const seen = seenAt(Float32Array.from(points), Float32Array.from(places), [0.3, -0.8, 0.5])!;
    expect(seen).toBeAllClose([x, y], { atol: 0.02 });
    // Behind the eye, which looks along -z from (0, 0, 4) before it turned.
    const behind = [-8 * Math.sin(0.4), 0, 8 * Math.cos(0.4)];
    expect(seenAt(Float32Array.from(points), Float32Array.from(places), behind)).toBeNull();
  });
});

describe("paint", () => {
  const names = ["a", "b"];

  it("gives rows without a class a grey group of their own", () => {
    const values = Int32Array.from([1, -1, 0, 1]);
    const paint = paintOf({ name: "label", kind: "categorical", tensor: "", names, values }, 4);
    expect([...paint.index]).toEqual([1, 2, 0, 1]);
    expect(paint.grey).toBe(2);
    expect(paint.groups).toEqual([
      { name: "a", rows: 1 },
      { name: "b", rows: 2 },
      { name: "none", rows: 1 },
    ]);
    expect(paint.textOf(1)).toBe("none");
  });

  it("lets the smallest of many classes share a group", () => {
    const many = Array.from({ length: 30 }, (_, i) => `${i}`);
    const values = Int32Array.from({ length: 60 }, (_, i) => (i < 30 ? i : 29));
    const paint = paintOf({ name: "label", kind: "categorical", tensor: "", names: many, values }, 60);
    expect(paint.groups).toHaveLength(20);
    expect(paint.groups!.at(-1)).toEqual({ name: "11 others", rows: 11 });
    expect(paint.groups!.at(-2)).toEqual({ name: "29", rows: 31 });
    expect(paint.index[29]).toBe(18);
    expect(paint.index[25]).toBe(19);
  });

  it("spreads numbers over its colours, and keeps missing ones apart", () => {
    const values = Float32Array.from([2, Number.NaN, 4, 3]);
    const paint = paintOf({ name: "age", kind: "continuous", tensor: "", values }, 4);
    expect([...paint.index]).toEqual([0, 64, 63, 32]);
    expect(paint.range).toEqual([2, 4]);
    expect(paint.missing).toBe(1);
    expect(paint.textOf(1)).toBe("missing");
  });

  it("paints rows without a colouring alike", () => {
    expect([...paintOf(undefined, 3).index]).toEqual([0, 0, 0]);
  });
});

describe("selecting", () => {
  it("replaces, adds, and takes out one row that is in already", () => {
    expect(selectionWith([1, 2], [5, 3], false)).toEqual([3, 5]);
    expect(selectionWith([1, 4], [5, 4], true)).toEqual([1, 4, 5]);
    expect(selectionWith([1, 4], [4], true)).toEqual([1]);
    expect(selectionWith([1, 4], [4], false)).toEqual([4]);
  });

  it("takes means, and some rows spread over all", () => {
    expect([...meanOf(Float32Array.from([1, 2, 9, 9, 3, 6]), 2, [0, 2])]).toEqual([2, 4]);
    expect(someOf([0, 1, 2, 3, 4, 5, 6, 7], 4)).toEqual([0, 2, 4, 6]);
    expect(someOf([7, 9], 4)).toEqual([7, 9]);
  });
});

describe("the maps that a browser can show", () => {
  const all = [embedding(2), embedding(3), embedding(2)];

  it("are the flat ones without WebGL, or all of them drawn flat", () => {
    expect(embeddingsShown(all, true)).toEqual([0, 1, 2]);
    expect(embeddingsShown(all, false)).toEqual([0, 2]);
    expect(embeddingsShown([embedding(3)], false)).toEqual([0]);
    expect(shownEmbedding(all, 1, false)).toBe(0);
    expect(shownEmbedding(all, 2, false)).toBe(2);
  });
});

describe("besidePointer", () => {
  const surface = { width: 360, height: 340 };

  it.each([
    [{ x: 100, y: 200, touch: false }],
    [{ x: 355, y: 3, touch: false }],
    [{ x: 4, y: 338, touch: true }],
    [{ x: 180, y: 170, touch: true }],
    [{ x: 350, y: 20, touch: true }],
  ])("keeps the box inside and off the pointer %j", (pointer) => {
    const { left, top } = besidePointer(pointer, 100, surface);
    expect(left).toBeGreaterThanOrEqual(0);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(left + 100).toBeLessThanOrEqual(surface.width);
    expect(top + 100).toBeLessThanOrEqual(surface.height);
    const covers = pointer.x >= left && pointer.x <= left + 100 && pointer.y >= top && pointer.y <= top + 100;
    expect(covers).toBe(false);
  });

  it("stands above a finger where there is room", () => {
    expect(besidePointer({ x: 180, y: 200, touch: true }, 100, surface)).toEqual({ left: 130, top: 56 });
  });
});
