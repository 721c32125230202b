import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Comparison, compareWithPyTorch, differences, steps } from "../../bench/support/objectives.mjs";
import { comparisons } from "../../bench/support/objectives-cases.mjs";
import { findPython } from "../../tools/python.mjs";

/** Half a minute on two cores: asked for by name, in CI and nightly. */
const asked = process.env.VAEKIT_PEERS || process.env.VAEKIT_NIGHTLY;
const python = asked ? findPython({ needs: ["torch", "numpy"] }) : null;
const why = asked
  ? "no Python with torch; node tools/python.mjs --only torch installs it"
  : "VAEKIT_PEERS is not set";
const missing = python ? "" : ` (skipped: ${why})`;

describe(`the first ${steps} steps beside PyTorch's${missing}`, () => {
  let results: Comparison[];
  beforeAll(async () => {
    if (python) ({ results } = await compareWithPyTorch(python));
  }, 300_000);

  it.skipIf(!python).each(Object.keys(comparisons))("%s", (name) => {
    const { ours, theirs } = results.find((result) => result.name === name)!;
    expect([ours.length, theirs.length]).toEqual([steps, steps]);
    const { loss } = differences({ ours, theirs });
    expect(loss!.difference, `loss at step ${loss!.step}`).toBeLessThanOrEqual(1e-4);
    // The loss's parts where they still come from the same weights: one that nearly vanishes is mostly rounding later on.
    for (const term of Object.keys(theirs[0]!).filter((name) => name in ours[0]!)) {
      const largest = Math.max(...theirs.map((terms) => Math.abs(terms[term]!)));
      expect(Math.abs(ours[0]![term]! - theirs[0]![term]!) / largest, term).toBeLessThanOrEqual(1e-4);
    }
    // It trains: weights that stay would agree as well.
    expect(theirs.at(-1)!.loss).toBeLessThan(theirs[0]!.loss / 1.4);
  });
});

describe(`the PyTorch program itself${missing}`, () => {
  it.skipIf(!python)("gives what NumPy gives, with gradients by differences", () => {
    const script = join(import.meta.dirname, "../oracles/objectives_check.py");
    const { worst } = JSON.parse(execFileSync(python!, [script], { encoding: "utf8" })) as {
      worst: Record<string, number>;
    };
    expect(Object.keys(worst)).toEqual(["mlp elbo", "conv elbo", "iwae", "dreg", "beta-tc", "vq"]);
    for (const [name, difference] of Object.entries(worst)) {
      expect(difference, name).toBeLessThanOrEqual(2e-5);
    }
  });
});
