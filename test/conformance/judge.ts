import type { Exclusion } from "./exclusions.ts";
import type { FaultKind } from "./trail.ts";

export interface SpecResult {
  name: string;
  passed: boolean;
  /** Expectations that failed. */
  reasons: string[];
  kernels: string[];
  faults: { kind: FaultKind; kernel: string; message: string }[];
  /** Graphs that ONNX Runtime was given. */
  runs: number;
  /** Kernels that had to have int32 inputs as constants. */
  fixed: string[];
}

export interface Verdict {
  passed: SpecResult[];
  /** Not excluded. */
  failed: SpecResult[];
  excluded: SpecResult[];
  /** Exclusions of which a spec passes. */
  stale: string[];
  /** Exclusions that name no spec. */
  unknown: string[];
  /** Nothing failed, and the exclusions are what they should be. */
  ok: boolean;
}

/**
 * Hold results against the exclusions. A name that several specs share is stale when all of them pass.
 * `names`: of all specs, also of those that did not run; an exclusion that names none of them is wrong.
 */
export function judge(
  results: readonly SpecResult[],
  exclusions: readonly Exclusion[],
  names: readonly string[],
): Verdict {
  const entries = exclusions.flatMap(({ specs }) => specs);
  const fullNames = new Set(entries.filter((entry) => !entry.endsWith("*")));
  const prefixes = entries.filter((entry) => entry.endsWith("*")).map((entry) => entry.slice(0, -1));
  const isExcluded = (name: string) =>
    fullNames.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
  const unknown = entries.filter(
    (entry) =>
      !names.some((name) => (entry.endsWith("*") ? name.startsWith(entry.slice(0, -1)) : name === entry)),
  );
  const failing = results.filter(({ passed }) => !passed);
  const failingNames = new Set(failing.map(({ name }) => name));
  const passed = results.filter((result) => result.passed);
  const failed = failing.filter(({ name }) => !isExcluded(name));
  const stale = [...new Set(passed.map(({ name }) => name))].filter(
    (name) => isExcluded(name) && !failingNames.has(name),
  );
  return {
    passed,
    failed,
    excluded: failing.filter(({ name }) => isExcluded(name)),
    stale,
    unknown,
    ok: failed.length + stale.length + unknown.length === 0,
  };
}
