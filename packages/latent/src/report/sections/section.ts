import type { Figure, Theme } from "../../draw/figure.js";
import type { Analysis } from "../analyze.js";
import type { PageTable } from "../page/page-data.js";

/** A part of the report: what is seen, in words, tables and figures. */
export interface Section {
  /** Unique, for links and the names of the figures' files. */
  id: string;
  title: string;
  sentences: string[];
  tables?: PageTable[];
  figures: SectionFigure[];
}

export interface SectionFigure {
  /** Name of its files, without an ending. */
  file: string;
  caption: string;
  draw(theme: Theme): Promise<Figure>;
}

/** null where there is nothing to say. */
export type SectionMaker = (analysis: Analysis) => Section | null;
