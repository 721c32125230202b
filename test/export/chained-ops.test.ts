import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import {
  chainedAdvice,
  chainedOps,
  registerChainedOps,
} from "../../packages/export/src/trace/chained-ops.ts";

type Methods = Record<string, (...all: unknown[]) => tf.Tensor>;
const methods = (values: number[], shape: number[]) => tf.tensor(values, shape) as unknown as Methods;

/** Where tfjs-core declares them, one file each. */
const folder = join(
  dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-core/package.json")),
  "dist/public/chained_ops",
);

describe("methods of tensors", () => {
  beforeAll(registerChainedOps);

  it("are those that tfjs-core declares", () => {
    const declared = readdirSync(folder)
      .filter((file) => file.endsWith(".d.ts"))
      .flatMap((file) => {
        const text = readFileSync(join(folder, file), "utf8");
        return Array.from(text.matchAll(/^ {8}(\w+)(?:<[^\n]*)?\(/gm), ([, name]) => name!);
      });
    expect(declared.length).toBeGreaterThan(100);
    expect([...chainedOps].sort()).toEqual([...new Set(declared)].sort());
  });

  it("are functions of tfjs, each of them", () => {
    const prototype = tf.Tensor.prototype as unknown as Methods;
    expect(chainedOps.filter((name) => typeof prototype[name] !== "function")).toEqual([]);
    const spectral = tf.spectral as unknown as object;
    const own = ["as", "flatten", "reshapeAs", "resize", "to"];
    const forwarded = chainedOps.filter((name) => !own.some((start) => name.startsWith(start)));
    const missing = forwarded.filter((name) => !(name in tf) && !(name in spectral));
    expect(missing).toEqual([]);
  });

  it.each([
    ["mul", [3], [3, 6, 9, 12]],
    ["sum", [0], [4, 6]],
    ["flatten", [], [1, 2, 3, 4]],
    ["as3D", [1, 4, 1], [1, 2, 3, 4]],
    ["asType", ["int32"], [1, 2, 3, 4]],
    ["toInt", [], [1, 2, 3, 4]],
    ["concat", [[[5, 6]]], null],
    ["transpose", [], [1, 3, 2, 4]],
  ])("%s(%j)", (name, rest, expected) => {
    const given = expected ? rest : [tf.tensor2d([[5, 6]]), 0];
    expect([...methods([1, 2, 3, 4], [2, 2])[name]!(...given).dataSync()]).toEqual(
      expected ?? [1, 2, 3, 4, 5, 6],
    );
  });

  it("stack, where, reshapeAs, resizeBilinear", () => {
    const other = tf.tensor1d([5, 6]);
    expect(methods([1, 2], [2]).stack!(other, 1).arraySync()).toEqual([
      [1, 5],
      [2, 6],
    ]);
    expect(methods([1, 2], [2]).where!(tf.tensor1d([1, 0], "bool"), other).arraySync()).toEqual([1, 6]);
    expect(methods([1, 2], [2]).reshapeAs!(tf.zeros([1, 2])).shape).toEqual([1, 2]);
    expect(methods([1, 2], [1, 2, 1, 1]).resizeBilinear!([4, 2]).shape).toEqual([1, 4, 2, 1]);
  });

  it("advice is for them only", () => {
    expect(chainedAdvice(new TypeError("x.mul is not a function"))).toMatch(/tf\.mul\(x/);
    expect(chainedAdvice(new TypeError("rMat.flatten is not a function"))).toMatch(/@tensorflow\/tfjs/);
    expect(chainedAdvice(new TypeError("x.foo is not a function"))).toBeNull();
    expect(chainedAdvice(new Error("mul"))).toBeNull();
  });
});
