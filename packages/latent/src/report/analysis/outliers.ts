import { outliers } from "../../describe/outliers.js";
import type { CheckedInput } from "../input.js";
import type { Step } from "../step.js";

export type OutliersAnalysis = Awaited<ReturnType<typeof outliers>>;

const shown = 24;

export function analyzeOutliers({ codes, rows }: CheckedInput, step: Step): Promise<OutliersAnalysis> {
  const neighbours = Math.min(20, rows - 1);
  return step.run("outliers", (run) =>
    outliers(codes.mu, { neighbours, count: Math.min(shown, rows), ...run }),
  );
}
