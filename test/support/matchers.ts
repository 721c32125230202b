import type { Graph } from "@vaekit/export";
import { expect } from "vitest";

interface Tolerance {
  /** Relative to each expected value. Default 0. */
  rtol?: number;
  /** Absolute. Default 0. */
  atol?: number;
  /** Relative to the largest expected value. Default 0. */
  scaleTol?: number;
}

expect.extend({
  /** Element by element |a - b| <= atol + rtol |b| + scaleTol max|b|; NaN equals NaN. Names the worst element. */
  toBeAllClose(
    actual: ArrayLike<number>,
    expected: ArrayLike<number>,
    { rtol = 0, atol = 0, scaleTol = 0 }: Tolerance = {},
  ) {
    if (actual.length !== expected.length) {
      return { pass: false, message: () => `expected ${expected.length} elements, got ${actual.length}` };
    }
    let scale = 0;
    for (let i = 0; i < expected.length; i++)
      if (Number.isFinite(expected[i])) scale = Math.max(scale, Math.abs(expected[i]!));
    let worst = { excess: 0, at: -1 };
    for (let i = 0; i < expected.length; i++) {
      const [a, b] = [actual[i]!, expected[i]!];
      if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      const difference = Math.abs(a - b);
      const excess = Number.isNaN(difference)
        ? Number.POSITIVE_INFINITY
        : difference - (atol + rtol * Math.abs(b) + scaleTol * scale);
      if (excess > worst.excess) worst = { excess, at: i };
    }
    const { at } = worst;
    return {
      pass: at < 0,
      message: () =>
        `element ${at}: got ${actual[at]}, expected ${expected[at]} (rtol ${rtol}, atol ${atol}, scaleTol ${scaleTol})`,
    };
  },
  /** The graph keeps the IR's rules and ONNX Runtime loads it. */
  async toRunInOrt(graph: Graph) {
    // When it is asked for: every test file loads this one first, and most ask for something else.
    const { checkGraph, encodeModel } = await import("@vaekit/export");
    const { loadRuntime } = await import("@vaekit/infer");
    try {
      checkGraph(graph);
      const session = await (await loadRuntime()).createSession(encodeModel(graph));
      await session.dispose();
      return { pass: true, message: () => "expected the graph not to run" };
    } catch (error) {
      return { pass: false, message: () => (error as Error).message };
    }
  },
});

declare module "vitest" {
  interface Matchers<T> {
    toBeAllClose(expected: ArrayLike<number>, tolerance?: Tolerance): T;
    toRunInOrt(): Promise<T>;
  }
}
