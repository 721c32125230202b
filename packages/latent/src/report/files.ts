import type { Figure, Theme } from "../draw/figure.js";
import { renderPng } from "../draw/render-png.js";
import { checkOptions, checkWord, runOptionNames } from "../options.js";
import type { RunOptions } from "../task.js";
import type { Analysis } from "./analyze.js";
import type { PageTheme } from "./page/page-data.js";
import { mapFigure, pageData } from "./page.js";
import { projectorFiles } from "./projector.js";
import { renderHtml } from "./render-html.js";
import { rowsCsv } from "./rows-csv.js";
import { sections } from "./sections/index.js";
import type { Section, SectionFigure } from "./sections/section.js";
import { summary } from "./summary.js";

export interface ReportOptions extends RunOptions {
  /** What the page opens with: the reader's own setting, or one of them (default "auto"). The figures' files are light, or dark. */
  theme?: PageTheme;
}

/**
 * A report as files, by their paths below its folder: index.html (one file that opens offline, with everything in it), report.json,
 * rows.csv, each figure as SVG and PNG under figures/, and what TensorBoard's Embedding Projector reads under projector/.
 * @throws UsageError when a library that draws is missing, it says what to install; the signal's reason once aborted
 */
export async function reportFiles(
  analysis: Analysis,
  options: ReportOptions = {},
): Promise<Map<string, string | Uint8Array>> {
  checkOptions("reportFiles", options, ["theme", ...runOptionNames]);
  const { theme = "auto", signal, onProgress } = options;
  checkWord("reportFiles", "theme", theme, ["auto", "light", "dark"]);
  const made = sectionsOf(analysis).map((section) => ({
    ...section,
    figures: section.figures.map(drawnOnce),
  }));
  const map = drawnOnce(mapFigure(analysis));
  const figures = [map, ...made.flatMap((section) => section.figures)];
  const files = new Map<string, string | Uint8Array>();
  for (const [done, figure] of figures.entries()) {
    await rest();
    signal?.throwIfAborted();
    onProgress?.({ stage: "figures", done, total: figures.length });
    await figure.draw(theme === "dark" ? "light" : "dark");
    const drawn = await figure.draw(theme === "dark" ? "dark" : "light");
    files.set(`figures/${figure.file}.svg`, drawn.svg);
    files.set(`figures/${figure.file}.png`, await renderPng(drawn));
  }
  onProgress?.({ stage: "page and tables", done: 0, total: 1 });
  files.set("index.html", await renderHtml(await pageData(analysis, made, map), { theme }));
  files.set("report.json", `${JSON.stringify(summary(analysis, made), null, 2)}\n`);
  files.set("rows.csv", rowsCsv(analysis));
  for (const [name, content] of projectorFiles(analysis)) files.set(`projector/${name}`, content);
  signal?.throwIfAborted();
  return files;
}

/** The page and the files have the same drawings. */
function drawnOnce(figure: SectionFigure): SectionFigure {
  const drawings = new Map<Theme, Promise<Figure>>();
  return {
    ...figure,
    draw(theme) {
      const drawing = drawings.get(theme) ?? figure.draw(theme);
      drawings.set(theme, drawing);
      return drawing;
    },
  };
}

/** Lets signals and timers come to their turn. */
const rest = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What the report says in words, by section: "7 of 16 dimensions are inactive: ..." */
export function analysisSentences(analysis: Analysis): Record<string, string[]> {
  return Object.fromEntries(sectionsOf(analysis).map(({ id, sentences }) => [id, sentences]));
}

function sectionsOf(analysis: Analysis): Section[] {
  return sections.flatMap((make) => make(analysis) ?? []);
}
