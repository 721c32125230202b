import { describe, expect, it } from "vitest";
import type { Exclusion } from "./exclusions.ts";
import { judge, type SpecResult } from "./judge.ts";

const spec = (name: string, passed: boolean): SpecResult => ({
  name,
  passed,
  reasons: [],
  kernels: [],
  faults: [],
  runs: 0,
  fixed: [],
});
const excluding = (...specs: string[]): Exclusion[] => [{ reason: "a test", specs }];
const named = (results: readonly SpecResult[]) => results.map(({ name }) => name);

describe("what is held against a run of specs", () => {
  it("a failure that is not excluded", () => {
    const results = [spec("add a", true), spec("add b", false)];
    const verdict = judge(results, [], named(results));
    expect(verdict).toMatchObject({ ok: false, stale: [], unknown: [] });
    expect(named(verdict.failed)).toEqual(["add b"]);
  });

  it("not one that is, by its name or by the beginning of it", () => {
    const results = [spec("add b", false), spec("fft 1", false), spec("fft 2", false)];
    const verdict = judge(results, excluding("add b", "fft *"), named(results));
    expect(verdict).toMatchObject({ ok: true, failed: [] });
    expect(named(verdict.excluded)).toEqual(["add b", "fft 1", "fft 2"]);
  });

  it("an exclusion of a spec that passes", () => {
    const results = [spec("fft 1", false), spec("fft 2", true)];
    expect(judge(results, excluding("fft *"), named(results))).toMatchObject({ ok: false, stale: ["fft 2"] });
  });

  it("not where another spec of the same name fails", () => {
    const results = [spec("add a", false), spec("add a", true)];
    expect(judge(results, excluding("add a"), named(results)).ok).toBe(true);
  });

  it("an exclusion of no spec at all", () => {
    const results = [spec("add a", true)];
    const verdict = judge(results, excluding("sub a", "mul *"), named(results));
    expect(verdict).toMatchObject({ ok: false, unknown: ["sub a", "mul *"] });
  });

  it("not one of a spec that was left out of the run", () => {
    expect(judge([], excluding("sub a"), ["sub a"]).ok).toBe(true);
  });
});
