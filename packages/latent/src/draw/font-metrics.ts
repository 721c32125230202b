import { glyphsOf, tablesOf } from "./font-tables.js";

/** How wide a font's characters are. */
export interface FontMetrics {
  /** Width of a character in units of the font size; NaN where the font has no glyph for it. */
  advance: (codePoint: number) => number;
}

/** The widths in a TrueType font: its tables head, hhea, hmtx and cmap. */
export function readMetrics(font: Uint8Array): FontMetrics {
  const tables = tablesOf(font);
  const { of, measured } = tables;
  const view = (name: string) => new DataView(of(name).slice().buffer);
  const unitsPerEm = view("head").getUint16(18);
  const widths = view("hmtx");
  const glyphs = glyphsOf(tables);
  return {
    advance(codePoint) {
      const glyph = glyphs.get(codePoint);
      if (glyph === undefined) return Number.NaN;
      return widths.getUint16(4 * Math.min(glyph, measured - 1)) / unitsPerEm;
    },
  };
}
