import { deflateSync } from "node:zlib";
import { ShapeError } from "../errors.js";

export interface PngWriteOptions {
  /** 1 for grey, 3 for RGB, 4 for RGBA (not premultiplied). Default 4. */
  channels?: number;
  /**
   * Whether rows may be stored less the row above them. Default true. Pictures of few levels with large flat parts, such as
   * thumbnails, compress best as they are.
   */
  filter?: boolean;
  /** 0 to 9: how long to look for a smaller file. Default 7. */
  level?: number;
}

/** PNG's colour type of so many channels. */
const colourTypes: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 };

/**
 * Pixels as a PNG file.
 *
 * pixels [height, width, channels], 0 to 255
 * @throws ShapeError where there are not width * height * channels of them
 */
export function encodePng(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  { channels = 4, filter = true, level = 7 }: PngWriteOptions = {},
): Uint8Array {
  const type = colourTypes[channels];
  if (type === undefined) throw new ShapeError(`encodePng: channels must be 1, 3 or 4, got ${channels}`);
  const sizes = [width, height];
  if (
    !sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 65_535) ||
    pixels.length !== channels * width * height
  ) {
    const kind = { 1: "grey", 3: "RGB", 4: "RGBA" }[channels];
    throw new ShapeError(
      `encodePng: ${width} x ${height} pixels of ${kind} are ${channels * width * height} bytes, got ${pixels.length}`,
    );
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, type, 0, 0, 0], 8);
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(scanlines(pixels, channels * width, height, filter), { level })),
    chunk("IEND", new Uint8Array(0)),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

export function pngUrl(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

/** Each row less the one above it where that is smaller, else as it is: pictures drawn large repeat their rows. */
function scanlines(
  pixels: Uint8Array | Uint8ClampedArray,
  stride: number,
  height: number,
  filter: boolean,
): Uint8Array {
  const out = new Uint8Array((stride + 1) * height);
  for (let row = 0; row < height; row++) {
    const from = row * stride;
    const to = row * (stride + 1);
    let plain = 0;
    let less = 0;
    for (let i = 0; i < stride; i++) {
      const value = pixels[from + i]!;
      const above = row === 0 ? 0 : pixels[from + i - stride]!;
      if (value !== 0) plain++;
      if (value !== above) less++;
    }
    const up = filter && row > 0 && less < plain;
    out[to] = up ? 2 : 0;
    for (let i = 0; i < stride; i++) {
      out[to + 1 + i] = up ? pixels[from + i]! - pixels[from + i - stride]! : pixels[from + i]!;
    }
  }
  return out;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, checksum(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let word = byte;
  for (let bit = 0; bit < 8; bit++) word = word & 1 ? 0xedb88320 ^ (word >>> 1) : word >>> 1;
  return word >>> 0;
});

/** CRC-32 of ISO 3309, as the PNG specification's annex D has it. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
