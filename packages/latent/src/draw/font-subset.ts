import { deflateSync } from "node:zlib";
import { type FontTables, glyphsOf, tablesOf } from "./font-tables.js";

/**
 * A font with the glyphs of some characters only, as WOFF 1.0: a few kilobytes, so that each figure brings the letters that it shows and
 * is set the same on machines without the font. Hints and kerning are left out. Characters that the font lacks stay with the next family.
 *
 * font: TrueType, as unpackWoff gives it
 */
export function subsetFont(font: Uint8Array, characters: Iterable<string>): Uint8Array {
  const tables = tablesOf(font);
  const map = glyphsOf(tables);
  const codes = [...new Set(Array.from(characters, (character) => character.codePointAt(0)!))]
    .filter((code) => map.has(code))
    .sort((a, b) => a - b);
  // Glyph 0 is that of missing characters, and stays first.
  const kept = [0];
  const place = new Map([[0, 0]]);
  const keep = (glyph: number) => {
    if (!place.has(glyph)) place.set(glyph, kept.push(glyph) - 1);
    return place.get(glyph)!;
  };
  const codeGlyphs = codes.map((code) => keep(map.get(code)!));
  const outlines: Uint8Array[] = [];
  // Grows while it runs: parts of an accented letter are kept, too.
  for (let i = 0; i < kept.length; i++) outlines.push(outline(tables, kept[i]!, keep));

  const offsets = new DataView(new ArrayBuffer(4 * (kept.length + 1)));
  outlines.reduce((at, bytes, i) => {
    offsets.setUint32(4 * (i + 1), at + bytes.length);
    return at + bytes.length;
  }, 0);
  const head = copy(tables.of("head"));
  head.setUint32(8, 0);
  head.setUint16(50, 1);
  const hhea = copy(tables.of("hhea"));
  hhea.setUint16(34, kept.length);
  const maxp = copy(tables.of("maxp"));
  maxp.setUint16(4, kept.length);
  const post = copy(tables.of("post").subarray(0, 32));
  post.setUint32(0, 0x00030000);
  return packWoff({
    "OS/2": tables.of("OS/2"),
    cmap: bytesOf(characterMap(codes, codeGlyphs)),
    glyf: Buffer.concat(outlines),
    head: bytesOf(head),
    hhea: bytesOf(hhea),
    hmtx: widths(tables, kept),
    loca: bytesOf(offsets),
    maxp: bytesOf(maxp),
    name: Uint8Array.of(0, 0, 0, 0, 0, 6),
    post: bytesOf(post),
  });
}

/** A glyph's outline without its hints, of even length; those that it is put together from have their new numbers. */
function outline({ of, glyph }: FontTables, index: number, keep: (glyph: number) => number): Uint8Array {
  const { start, end } = glyph(index);
  const bytes = of("glyf").slice(start, end);
  if (bytes.length === 0) return bytes;
  const view = new DataView(bytes.buffer);
  const contours = view.getInt16(0);
  if (contours >= 0) {
    const at = 10 + 2 * contours;
    const hints = view.getUint16(at);
    view.setUint16(at, 0);
    return even([bytes.subarray(0, at + 2), bytes.subarray(at + 2 + hints)]);
  }
  let at = 10;
  for (;;) {
    const flags = view.getUint16(at);
    view.setUint16(at, flags & ~hinted);
    view.setUint16(at + 2, keep(view.getUint16(at + 2)));
    at += 4 + (flags & 1 ? 4 : 2) + (flags & 8 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0);
    if (!(flags & more)) return even([bytes.subarray(0, at)]);
  }
}

/** Flags of a part of a glyph (OpenType 1.9, glyf): another follows; instructions follow. */
const more = 0x20;
const hinted = 0x100;

function widths({ of, measured }: FontTables, kept: readonly number[]): Uint8Array {
  const hmtx = new DataView(of("hmtx").slice().buffer);
  const out = new DataView(new ArrayBuffer(4 * kept.length));
  kept.forEach((glyph, i) => {
    const wide = Math.min(glyph, measured - 1);
    out.setUint16(4 * i, hmtx.getUint16(4 * wide));
    out.setUint16(4 * i + 2, hmtx.getUint16(glyph < measured ? 4 * glyph + 2 : 2 * (measured + glyph)));
  });
  return bytesOf(out);
}

/** Format 4 with a segment for each character. */
function characterMap(codes: readonly number[], glyphs: readonly number[]): DataView {
  const segments = codes.length + 1;
  const size = 16 + 8 * segments;
  const out = new DataView(new ArrayBuffer(12 + size));
  const power = Math.floor(Math.log2(segments));
  [0, 1, 3, 1, 0, 12, 4, size, 0, 2 * segments, 2 * 2 ** power, power, 2 * segments - 2 * 2 ** power].forEach(
    (word, i) => {
      out.setUint16(2 * i, word);
    },
  );
  for (let i = 0; i < segments; i++) {
    const code = codes[i] ?? 0xffff;
    out.setUint16(26 + 2 * i, code);
    out.setUint16(28 + 2 * (segments + i), code);
    out.setUint16(28 + 2 * (2 * segments + i), i < codes.length ? (glyphs[i]! - code) & 0xffff : 1);
  }
  return out;
}

function packWoff(tables: Record<string, Uint8Array>): Uint8Array {
  const names = Object.keys(tables).sort();
  const packed = names.map((name) => {
    const plain = tables[name]!;
    const small = deflateSync(plain, { level: 9 });
    return { name, plain, bytes: small.length < plain.length ? small : plain };
  });
  const header = new DataView(new ArrayBuffer(44 + 20 * names.length));
  let end = header.byteLength;
  let unpacked = 12 + 16 * names.length;
  packed.forEach(({ name, plain, bytes }, i) => {
    const entry = 44 + 20 * i;
    for (let c = 0; c < 4; c++) header.setUint8(entry + c, name.charCodeAt(c));
    header.setUint32(entry + 4, end);
    header.setUint32(entry + 8, bytes.length);
    header.setUint32(entry + 12, plain.length);
    header.setUint32(entry + 16, checksum(plain));
    end += (bytes.length + 3) & ~3;
    unpacked += (plain.length + 3) & ~3;
  });
  header.setUint32(0, 0x774f4646);
  header.setUint32(4, 0x00010000);
  header.setUint32(8, end);
  header.setUint16(12, names.length);
  header.setUint32(16, unpacked);
  header.setUint16(20, 1);
  const padded = packed.map(({ bytes }) => Buffer.concat([bytes, new Uint8Array(-bytes.length & 3)]));
  return Buffer.concat([bytesOf(header), ...padded]);
}

function checksum(table: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < table.length; i++) sum = (sum + table[i]! * 2 ** (24 - 8 * (i % 4))) % 2 ** 32;
  return sum;
}

function even(parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([...parts, new Uint8Array(-length & 3)]);
}

function copy(bytes: Uint8Array): DataView {
  return new DataView(bytes.slice().buffer);
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
