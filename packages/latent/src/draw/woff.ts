import { inflateSync } from "node:zlib";
import { DataError } from "../errors.js";

const signature = 0x774f4646;
/** Bytes of a font that are certainly too many: a wrong header shall not ask for gigabytes. */
const largest = 64 * 2 ** 20;

/**
 * A font of the Web Open Font Format 1.0 as TrueType or OpenType, what renderers read: the same tables, unpacked.
 * @throws DataError for what is no such file, or whose sizes contradict each other
 */
export function unpackWoff(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 44 || view.getUint32(0) !== signature) throw broken("it has no wOFF header");
  const tables = view.getUint16(12);
  const size = view.getUint32(16);
  if (view.getUint32(8) !== file.length)
    throw broken(`it is ${file.length} bytes long and says ${view.getUint32(8)}`);
  if (size > largest) throw broken(`it says that it unpacks to ${size} bytes`);
  if (44 + 20 * tables > file.length) throw broken(`${tables} tables do not fit into it`);

  const font = new Uint8Array(size);
  const out = new DataView(font.buffer);
  let end = 12 + 16 * tables;
  if (end > size) throw broken(`${tables} tables do not fit into ${size} bytes`);
  out.setUint32(0, view.getUint32(4));
  out.setUint16(4, tables);
  const power = Math.floor(Math.log2(Math.max(tables, 1)));
  out.setUint16(6, 16 * 2 ** power);
  out.setUint16(8, power);
  out.setUint16(10, 16 * tables - 16 * 2 ** power);

  for (let i = 0; i < tables; i++) {
    const entry = 44 + 20 * i;
    const [offset, packed, plain] = [4, 8, 12].map((at) => view.getUint32(entry + at)) as [
      number,
      number,
      number,
    ];
    if (offset + packed > file.length || end + plain > size) throw broken(`table ${i} ends behind the file`);
    const bytes = file.subarray(offset, offset + packed);
    const table = packed < plain ? inflateSync(bytes, { maxOutputLength: plain }) : bytes;
    if (table.length !== plain) throw broken(`table ${i} has ${table.length} bytes instead of ${plain}`);
    font.set(table, end);
    out.setUint32(12 + 16 * i, view.getUint32(entry));
    out.setUint32(16 + 16 * i, view.getUint32(entry + 16));
    out.setUint32(20 + 16 * i, end);
    out.setUint32(24 + 16 * i, plain);
    end += (plain + 3) & ~3;
  }
  return font;
}

function broken(why: string): DataError {
  return new DataError(`draw: the font is no whole WOFF file: ${why}. Install roboto-fontface anew.`);
}
