import type { SpecResult, Verdict } from "./judge.ts";
import { faultKinds } from "./trail.ts";

export interface ReportOptions {
  backend: string;
  seconds: number;
  failures: boolean;
}

/** Counts, failures by what went wrong and in which kernel, and what is stale. */
export function reportText(verdict: Verdict, { backend, seconds, failures }: ReportOptions): string {
  const { passed, failed, excluded, stale, unknown } = verdict;
  const fixed = [...new Set(passed.flatMap((spec) => spec.fixed))];
  const ran = passed.filter(({ runs }) => runs > 0).length;
  const lines = [...causes(failed).values()]
    .sort((a, b) => b.specs.length - a.specs.length)
    .flatMap((cause) => causeLines(cause, failures));
  if (stale.length > 0) lines.push("", "excluded, but passing: take these out of exclusions.ts");
  lines.push(...stale.map((name) => `  ${name}`));
  if (unknown.length > 0) lines.push("", "excluded, but no spec is called so");
  lines.push(...unknown.map((name) => `  ${name}`), "");
  if (backend === "onnx") lines.push(`${ran} of the passed ran graphs in ONNX Runtime`);
  if (fixed.length > 0)
    lines.push(`lowered with their int32 inputs as constants, not as inputs: ${fixed.toSorted().join(", ")}`);
  lines.push(
    `${backend}: ${passed.length} passed, ${failed.length} failed, ${excluded.length} excluded ` +
      `(${passed.length + failed.length + excluded.length} specs, ${seconds.toFixed(1)} s)`,
  );
  return lines.join("\n").trimStart();
}

interface Cause {
  title: string;
  specs: SpecResult[];
}

/** One cause for each failure: its first fault, or the suite where only values are wrong. */
function causes(failed: readonly SpecResult[]): ReadonlyMap<string, Cause> {
  const found = new Map<string, Cause>();
  for (const spec of failed) {
    const [first] = spec.faults;
    const title = first
      ? `${first.kernel}: ${faultKinds[first.kind]}`
      : `${spec.name.split(" ")[0]} (suite): other than expected`;
    const cause = found.get(title);
    if (cause) cause.specs.push(spec);
    else found.set(title, { title, specs: [spec] });
  }
  return found;
}

function causeLines({ title, specs }: Cause, failures: boolean): string[] {
  const head = `${String(specs.length).padStart(4)}  ${title}`;
  if (!failures) return [head];
  return [head, ...specs.flatMap((spec) => [`        ${spec.name}`, `            ${reason(spec)}`])];
}

/** The fault or the expectation, on one line, and the kernels that ran. */
function reason({ faults, reasons, kernels }: SpecResult): string {
  const text = faults[0]?.message || reasons.join(" | ") || "passes only because a kernel has no lowering";
  const line = text.replace(/\s+/g, " ").slice(0, 300);
  return `${line}  [${kernels.join(" ")}]`;
}
