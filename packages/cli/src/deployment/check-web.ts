import { checkBundles } from "./check-bundle.js";
import { checkCaps } from "./check-caps.js";
import { checkFallback } from "./check-fallback.js";
import { checkIsolation } from "./check-isolation.js";
import { checkPage } from "./check-page.js";
import { checkPolicy } from "./check-policy.js";
import { checkRuntime } from "./check-runtime.js";
import { type Context, readContext } from "./context.js";
import type { CheckName, Finding, Level, Remark, Site } from "./types.js";

/** In the order in which they are shown. */
const checks: { readonly [K in CheckName]: (context: Context) => Promise<Remark[]> } = {
  page: checkPage,
  runtime: checkRuntime,
  bundle: checkBundles,
  isolation: checkIsolation,
  policy: checkPolicy,
  fallback: checkFallback,
  caps: checkCaps,
};

export interface DeploymentReport {
  target: string;
  kind: Site["kind"];
  /** Whether nothing stops pages from working. */
  healthy: boolean;
  counts: Record<Level, number>;
  findings: Finding[];
}

/**
 * Check a deployed page, or the folder that will be one, for what stops or slows inference there.
 *
 * bundles: addresses relative to the page; by default those that are found.
 */
export async function checkDeployment(
  target: string,
  site: Site,
  bundles: readonly string[] = [],
): Promise<DeploymentReport> {
  const context = await readContext(site, bundles);
  const findings: Finding[] = [];
  for (const [check, run] of Object.entries(checks) as [CheckName, (typeof checks)[CheckName]][]) {
    for (const remark of await run(context)) findings.push({ check, ...remark });
  }
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const counts = { ok: count("ok"), warning: count("warning"), problem: count("problem") };
  return { target, kind: site.kind, healthy: counts.problem === 0, counts, findings };
}
