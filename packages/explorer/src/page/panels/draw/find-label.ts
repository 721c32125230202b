import type { Analysis, Analyst } from "./analyst.js";

export interface LabelFound {
  label: number;
  analysis: Analysis;
  /** The label that is next best, and its error; null where there is but one. */
  next: { label: number; error: number } | null;
}

/** Encode and decode a picture told each label in turn, and take that of the least reconstruction error. */
export async function findLabel(
  analyst: Pick<Analyst, "analyse">,
  { seen, origin }: Analysis,
  classes: number,
): Promise<LabelFound> {
  const tried: { label: number; analysis: Analysis }[] = [];
  for (let label = 0; label < classes; label++) {
    const told = new Float32Array(classes);
    told[label] = 1;
    tried.push({ label, analysis: await analyst.analyse(seen, told, origin) });
    // The page answers between two labels.
    await new Promise((resolve) => setTimeout(resolve));
  }
  tried.sort((a, b) => a.analysis.error - b.analysis.error);
  const [best, second] = tried;
  const next = second ? { label: second.label, error: second.analysis.error } : null;
  return { ...best!, next };
}
