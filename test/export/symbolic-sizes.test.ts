import { dimText, type InputSpecs, parseDim, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import type { NamedFunction } from "./support.ts";
import { pictureFunctions, pictures } from "./symbolic-functions.ts";
import { expectAnySize, type Sizes } from "./symbolic-support.ts";

/** None of them is recorded; odd and even, small and large, and sizes that are equal. */
const neverTraced: Sizes[] = [
  { batch: 1, height: 16, width: 16 },
  { batch: 2, height: 17, width: 30 },
  { batch: 7, height: 25, width: 18 },
  { batch: 1, height: 44, width: 9 },
];
describe("one recording holds for every height and width", () => {
  it.each(Object.entries(pictureFunctions))("%s", async (_, fn) => {
    await expectAnySize(fn, pictures, neverTraced);
  });

  it("an open time axis, without a batch", async () => {
    const points = [{ time: 1 }, { time: 2 }, { time: 90 }, { time: 257 }];
    const fn: NamedFunction = ({ x }) => ({
      y: tf.softmax(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true)),
      last: tf.slice(x!, [x!.shape[0]! - 1, 0], [1, 3]),
    });
    const graph = await expectAnySize(fn, { x: { shape: ["time", 3] } }, points);
    expect(graph.outputs.map(({ value }) => value.shape.map(dimText))).toEqual([
      ["time", "time"],
      ["1", "3"],
    ]);
  });

  it("two inputs that share a dimension, and two that do not", async () => {
    const fn: NamedFunction = ({ q, k }) => ({ scores: tf.matMul(q!, k!, false, true) });
    const inputs: InputSpecs = { q: { shape: ["batch", "queries", 5] }, k: { shape: ["batch", "keys", 5] } };
    const graph = await expectAnySize(fn, inputs, [
      { batch: 1, queries: 1, keys: 6 },
      { batch: 2, queries: 19, keys: 19 },
    ]);
    expect(graph.outputs[0]!.value.shape.map(dimText)).toEqual(["batch", "queries", "keys"]);
  });

  it.each([13, 14, 17, 21])("in opset %i", async (opset) => {
    const fn = pictureFunctions["tokens of two sizes"]!;
    expect(trace(fn, pictures, { opset }).opset).toBe(opset);
    await expect(trace(fn, pictures, { opset })).toRunInOrt();
  });
});

describe("shapes say what the sizes are", () => {
  const shapeOf = (fn: NamedFunction) => trace(fn, pictures).outputs[0]!.value.shape.map(dimText).join(" ");
  it.each([
    ["the upper half", "batch floor(height/2) width 3"],
    ["the inside, a row off each side", "batch height-2 width-2 3"],
    ["the inside, flattened", "batch (height-2)*(width-3) 3"],
    ["flatten to [batch, height * width, channels]", "batch height*width 3"],
    ["flatten to rows", "batch*height*width 3"],
    ["doubled by tiles", "batch 2*height 2*width 3"],
    ["padded to a multiple of 4", "batch 4*floor((height+4)/4) 4*floor((width+4)/4) 3"],
    ["tokens with one more in front", "batch height*width+1 3"],
    ["tokens of two sizes", "batch height*(width+1) 3 1"],
  ])("%s: %s", (name, shape) => {
    expect(shapeOf(pictureFunctions[name]!)).toBe(shape);
  });

  it("and the text of each is read back as the same", () => {
    for (const fn of Object.values(pictureFunctions)) {
      for (const node of trace(fn, pictures).nodes) {
        for (const dim of node.outputs.flatMap(({ shape }) => shape)) {
          if (typeof dim !== "number") expect(parseDim(dimText(dim))).toEqual(dim);
        }
      }
    }
  });
});
