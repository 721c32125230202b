import { DataError } from "../errors.js";

/** How wide a font's characters are. */
export interface FontMetrics {
  /** Width of a character in units of the font size; NaN where the font has no glyph for it. */
  advance: (codePoint: number) => number;
}

/** The widths in a TrueType font: its tables head, hhea, hmtx and cmap (format 4). */
export function readMetrics(font: Uint8Array): FontMetrics {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = new Map<string, number>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const entry = 12 + 16 * i;
    tables.set(String.fromCharCode(...font.subarray(entry, entry + 4)), view.getUint32(entry + 8));
  }
  const at = (name: string) => {
    const offset = tables.get(name);
    if (offset === undefined) throw new DataError(`draw: the font has no table ${name}`);
    return offset;
  };
  const unitsPerEm = view.getUint16(at("head") + 18);
  const measured = view.getUint16(at("hhea") + 34);
  const widths = at("hmtx");
  const glyphs = characterMap(view, at("cmap"));
  return {
    advance(codePoint) {
      const glyph = glyphs.get(codePoint);
      if (glyph === undefined) return Number.NaN;
      return view.getUint16(widths + 4 * Math.min(glyph, measured - 1)) / unitsPerEm;
    },
  };
}

/** Code points of the Basic Multilingual Plane -> glyphs. */
function characterMap(view: DataView, cmap: number): Map<number, number> {
  const glyphs = new Map<number, number>();
  const table = unicodeTable(view, cmap);
  const doubled = view.getUint16(table + 6);
  const [ends, starts] = [table + 14, table + 16 + doubled];
  for (let i = 0; i < doubled; i += 2) {
    const end = view.getUint16(ends + i);
    const shift = view.getUint16(starts + doubled + i);
    const rangeAt = starts + 2 * doubled + i;
    const range = view.getUint16(rangeAt);
    for (let code = view.getUint16(starts + i); code <= end && code < 0xffff; code++) {
      const found =
        range === 0 ? code : view.getUint16(rangeAt + range + 2 * (code - view.getUint16(starts + i)));
      const glyph = range === 0 || found !== 0 ? (found + shift) & 0xffff : 0;
      if (glyph !== 0) glyphs.set(code, glyph);
    }
  }
  return glyphs;
}

function unicodeTable(view: DataView, cmap: number): number {
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const table = cmap + view.getUint32(cmap + 8 + 8 * i);
    if (view.getUint16(table) === 4) return table;
  }
  throw new DataError("draw: the font has no character map of format 4");
}
