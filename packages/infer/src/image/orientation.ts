import type { Picture } from "./picture.js";

const orientationTag = 0x0112;

/** Where the pixel at x, y of a picture that is turned upright lies in the file, [column, row], by EXIF orientation. */
const sourceOf: Record<number, (x: number, y: number, right: number, bottom: number) => [number, number]> = {
  2: (x, y, right) => [right - x, y],
  3: (x, y, right, bottom) => [right - x, bottom - y],
  4: (x, y, _right, bottom) => [x, bottom - y],
  5: (x, y) => [y, x],
  6: (x, y, _right, bottom) => [y, bottom - x],
  7: (x, y, right, bottom) => [right - y, bottom - x],
  8: (x, y, right) => [right - y, x],
};

/** The orientation, 1 to 8, that EXIF data give (a TIFF header and its first directory); 1, upright, without one. */
export function orientationOf(exif: Uint8Array): number {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.length);
  const little = exif[0] === 0x49;
  const word = (at: number) => (at + 2 <= exif.length ? view.getUint16(at, little) : 0);
  if (exif.length < 8) return 1;
  const directory = view.getUint32(4, little);
  for (let i = 0; i < word(directory); i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > exif.length) return 1;
    if (word(entry) === orientationTag) return word(entry + 8) in sourceOf ? word(entry + 8) : 1;
  }
  return 1;
}

/** A picture turned upright. */
export function upright(picture: Picture, orientation: number): Picture {
  const find = sourceOf[orientation];
  if (!find) return picture;
  const [right, bottom] = [picture.width - 1, picture.height - 1];
  const swapped = orientation >= 5;
  const width = swapped ? picture.height : picture.width;
  const height = swapped ? picture.width : picture.height;
  const data = new Uint8ClampedArray(picture.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = find(x, y, right, bottom);
      const from = 4 * (row * picture.width + column);
      const to = 4 * (y * width + x);
      for (let c = 0; c < 4; c++) data[to + c] = picture.data[from + c]!;
    }
  }
  return { width, height, data };
}
