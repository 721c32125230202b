import { crc32, deflateSync } from "node:zlib";

export const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface PngHeader {
  width: number;
  height: number;
  depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA */
  colour: number;
  interlace?: number;
}

/** A PNG of lines that each begin with their filter byte, whether they fit the header or not. */
export function pngFile(
  { width, height, depth, colour, interlace = 0 }: PngHeader,
  lines: Uint8Array,
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlace], 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** EXIF data of one tag, in the byte order of Intel or Motorola. */
export function exifData(orientation: number, order: "II" | "MM"): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.write(order, "latin1");
  const little = order === "II";
  const word = (at: number, value: number) =>
    little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const long = (at: number, value: number) =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  word(2, 42);
  long(4, 8);
  word(8, 1);
  word(10, 0x0112);
  word(12, 3);
  long(14, 1);
  word(18, orientation);
  return bytes;
}
