import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SpecResult, Verdict } from "./judge.ts";

const runner = join(import.meta.dirname, "../../tools/conformance.mjs");

/** The runner in a process of its own: jasmine and vitest name their globals alike. */
function conformance(...options: string[]): Verdict {
  const { stdout, stderr } = spawnSync(process.execPath, [runner, "--json", ...options], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as Verdict;
}

const lines = (results: readonly SpecResult[]) =>
  results.map(({ name, faults, reasons }) => `${name}: ${faults[0]?.message ?? reasons[0]}`);

/** Suites, as their specs' names begin. `npm run conformance` runs them all. */
const suites = [
  ...["add ", "sub ", "mul ", "div ", "pow ", "maximum ", "mod ", "equal ", "where ", "cast "],
  ...["relu ", "elu ", "softmax ", "logSumExp ", "sigmoid ", "step "],
  ...["sum ", "max ", "argmax ", "cumsum ", "topk ", "transpose ", "slice", "concat", "gather", "tile "],
  ...["matmul ", "fused matmul ", "einsum ", "conv2d", "conv2dTranspose ", "depthwiseConv2D ", "maxPool"],
  ...["avgPool", "batchNorm", "resizeBilinear ", "AdamOptimizer ", "gradients ", "complex64 ", "1D FFT "],
].flatMap((suite) => ["--filter", `^${suite}`]);

describe("tfjs-core's own specs on the lowerings, a slice of them", () => {
  it.each([
    ["as they are recorded, opset 17", ["--opset", "17"]],
    ["after the passes, opset 21", ["--opset", "21", "--optimize"]],
  ])("%s", { timeout: 180_000 }, (_, options) => {
    const { passed, failed, stale, unknown } = conformance(...options, ...suites);
    expect(lines(failed)).toEqual([]);
    expect({ stale, unknown }).toEqual({ stale: [], unknown: [] });
    expect(passed.length).toBeGreaterThan(1000);
    expect(passed.filter(({ runs }) => runs > 0).length).toBeGreaterThan(800);
  });

  it("tfjs's cpu backend passes them all: the harness is right", { timeout: 180_000 }, () => {
    const { passed, failed } = conformance("--backend", "cpu", ...suites);
    expect(lines(failed)).toEqual([]);
    expect(passed.length).toBeGreaterThan(1000);
  });
});
