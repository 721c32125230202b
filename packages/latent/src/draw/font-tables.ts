import { DataError } from "../errors.js";

/** Where things are in a TrueType font. */
export interface FontTables {
  /** Bytes of a table. @throws DataError where the font has none of that name */
  of: (name: string) => Uint8Array;
  /** Glyphs with a width of their own; later ones have the last one's. */
  measured: number;
  /** Where in the table glyf a glyph's outline is. */
  glyph: (index: number) => { start: number; end: number };
}

export function tablesOf(font: Uint8Array): FontTables {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = new Map<string, Uint8Array>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const entry = 12 + 16 * i;
    const start = view.getUint32(entry + 8);
    const name = String.fromCharCode(...font.subarray(entry, entry + 4));
    tables.set(name, font.subarray(start, start + view.getUint32(entry + 12)));
  }
  const of = (name: string) => {
    const table = tables.get(name);
    if (table === undefined) throw new DataError(`draw: the font has no table ${name}`);
    return table;
  };
  const read = (name: string) => {
    const { buffer, byteOffset, byteLength } = of(name);
    return new DataView(buffer, byteOffset, byteLength);
  };
  const long = read("head").getUint16(50) === 1;
  const loca = read("loca");
  const offset = (index: number) => (long ? loca.getUint32(4 * index) : 2 * loca.getUint16(2 * index));
  return {
    of,
    measured: read("hhea").getUint16(34),
    glyph: (index) => ({ start: offset(index), end: offset(index + 1) }),
  };
}

/** Code points of the Basic Multilingual Plane -> glyphs (cmap, format 4). */
export function glyphsOf({ of }: FontTables): Map<number, number> {
  const { buffer, byteOffset, byteLength } = of("cmap");
  const view = new DataView(buffer, byteOffset, byteLength);
  const glyphs = new Map<number, number>();
  const table = unicodeTable(view);
  const doubled = view.getUint16(table + 6);
  const [ends, starts] = [table + 14, table + 16 + doubled];
  for (let i = 0; i < doubled; i += 2) {
    const start = view.getUint16(starts + i);
    const end = view.getUint16(ends + i);
    const shift = view.getUint16(starts + doubled + i);
    const rangeAt = starts + 2 * doubled + i;
    const range = view.getUint16(rangeAt);
    for (let code = start; code <= end && code < 0xffff; code++) {
      const found = range === 0 ? code : view.getUint16(rangeAt + range + 2 * (code - start));
      const glyph = range === 0 || found !== 0 ? (found + shift) & 0xffff : 0;
      if (glyph !== 0) glyphs.set(code, glyph);
    }
  }
  return glyphs;
}

function unicodeTable(view: DataView): number {
  for (let i = 0; i < view.getUint16(2); i++) {
    const table = view.getUint32(8 + 8 * i);
    if (view.getUint16(table) === 4) return table;
  }
  throw new DataError("draw: the font has no character map of format 4");
}
