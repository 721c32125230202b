import { lowerings, type SupportedKernel } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { afterEach, describe, expect, it, vi } from "vitest";
import { expectSameAsTfjs } from "../support.ts";
import { type Case, feedsOf, forwardOf, gradientFeeds, gradientOf, hasGradient } from "./case.ts";
import { cases } from "./cases.ts";

afterEach(() => vi.restoreAllMocks());

type AnyCase = Case<SupportedKernel>;
const kernels = Object.entries(cases) as unknown as [SupportedKernel, AnyCase[]][];
const named = (rows: readonly AnyCase[]) => rows.map((row) => [row.shows, row] as const);

/** The oldest that vaekit writes, the default, and one with the newer forms of most operators. */
const opsets = [13, 17, 21];

describe.each(kernels)("%s", (kernel, rows) => {
  describe.each(opsets)("opset %i", (opset) => {
    it.each(named(rows))("%s", async (_, row) => {
      const lowering = vi.spyOn(lowerings, kernel);
      await expectSameAsTfjs(forwardOf(row), feedsOf(row), row.scaleTol, opset);
      const attrs = expect.objectContaining(row.attrs ?? {});
      expect(lowering).toHaveBeenCalledWith(expect.anything(), attrs, expect.anything());
    });

    it.each(named(rows.filter((row) => hasGradient(kernel, row))))("gradient: %s", async (_, row) => {
      await expectSameAsTfjs(gradientOf(row), gradientFeeds(row), row.scaleTol, opset);
    });
  });

  if (tf.getGradient(kernel)) {
    it("has its gradient compared", () => {
      expect(rows.filter((row) => hasGradient(kernel, row))).not.toEqual([]);
    });
  }
});
