import { renderPng } from "../draw/render-png.js";
import type { Analysis } from "./analyze.js";
import type { PageTheme } from "./page/page-data.js";
import { pageData } from "./page.js";
import { projectorFiles } from "./projector.js";
import { renderHtml } from "./render-html.js";
import { rowsCsv } from "./rows-csv.js";
import { sections } from "./sections/index.js";
import type { Section } from "./sections/section.js";
import { summary } from "./summary.js";

export interface ReportOptions {
  /** What the page opens with: the reader's own setting, or one of them (default "auto"). */
  theme?: PageTheme;
}

/**
 * A report as files, by their paths below its folder: index.html (one file that opens offline, with everything in it), report.json,
 * rows.csv, each figure as SVG and PNG under figures/, and what TensorBoard's Embedding Projector reads under projector/.
 * @throws UsageError when a library that draws is missing; it says what to install
 */
export async function reportFiles(
  analysis: Analysis,
  { theme = "auto" }: ReportOptions = {},
): Promise<Map<string, string | Uint8Array>> {
  const made = sectionsOf(analysis);
  const page = await pageData(analysis, made);
  const files = new Map<string, string | Uint8Array>();
  files.set("index.html", await renderHtml(page, { theme }));
  files.set("report.json", `${JSON.stringify(summary(analysis, made), null, 2)}\n`);
  files.set("rows.csv", rowsCsv(analysis));
  for (const figure of made.flatMap(({ figures }) => figures)) {
    const drawn = await figure.draw(theme === "dark" ? "dark" : "light");
    files.set(`figures/${figure.file}.svg`, drawn.svg);
    files.set(`figures/${figure.file}.png`, await renderPng(drawn));
  }
  for (const [name, content] of projectorFiles(analysis)) files.set(`projector/${name}`, content);
  return files;
}

/** What the report says in words, by section: "7 of 16 dimensions are inactive: ..." */
export function analysisSentences(analysis: Analysis): Record<string, string[]> {
  return Object.fromEntries(sectionsOf(analysis).map(({ id, sentences }) => [id, sentences]));
}

function sectionsOf(analysis: Analysis): Section[] {
  return sections.flatMap((make) => make(analysis) ?? []);
}
