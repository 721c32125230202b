import { describe, expect, it } from "vitest";
import { meanOf } from "../../packages/explorer/src/page/core/means.ts";
import { besidePointer } from "../../packages/explorer/src/page/panels/map/beside.ts";
import { embeddingsShown, shownEmbedding } from "../../packages/explorer/src/page/panels/map/embeddings.ts";
import { frameOf } from "../../packages/explorer/src/page/panels/map/frame.ts";
import { selectionWith, someOf } from "../../packages/explorer/src/page/panels/map/selecting.ts";
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
