import { applyPalette, type Colour, GIFEncoder, quantize } from "gifenc";

export interface GifOptions {
  /** Height, width, channels. */
  shape: readonly [height: number, width: number, channels: number];
  /** Each pixel becomes so many, across and down. */
  scale: number;
  /** Shown again and again, or once. */
  forever: boolean;
}

export interface GifWriter {
  /** pixels [height, width, channels]; delay: milliseconds until the next frame, kept as hundredths of a second */
  add(pixels: Uint8Array, delay: number): void;
  finish(): Uint8Array<ArrayBuffer>;
}

interface Indexed {
  /** [height, width] */
  index: Uint8Array;
  /** null: that of the first frame. */
  palette: readonly Colour[] | null;
  /** Whether colour 0 stands for no colour. */
  transparent: boolean;
}

const greys: readonly Colour[] = Array.from({ length: 256 }, (_, level) => [level, level, level]);

/**
 * Writes an animated GIF, frame after frame. Grey pictures are exact, as are frames of at most 256 colours (255 beside
 * transparency, which is all or nothing); others have the 256 that suit the frame.
 */
export function gifWriter({ shape, scale, forever }: GifOptions): GifWriter {
  const [height, width, channels] = shape;
  const encoder = GIFEncoder();
  let frames = 0;
  return {
    add(pixels, delay) {
      const { index, palette, transparent } =
        channels === 1
          ? { index: pixels, palette: frames === 0 ? greys : null, transparent: false }
          : indexed(pixels, channels);
      encoder.writeFrame(enlarged(index, height, width, scale), width * scale, height * scale, {
        palette,
        delay,
        repeat: forever ? 0 : -1,
        transparent,
      });
      frames++;
    },
    finish() {
      encoder.finish();
      return encoder.bytes();
    },
  };
}

/** Indices [height, width] -> [height * scale, width * scale]: each `scale` times across and down. */
export function enlarged(index: Uint8Array, height: number, width: number, scale: number): Uint8Array {
  const large = new Uint8Array(index.length * scale * scale);
  const across = width * scale;
  for (let y = 0; y < height; y++) {
    const first = y * scale * across;
    for (let x = 0; x < width; x++) {
      large.fill(index[y * width + x]!, first + x * scale, first + (x + 1) * scale);
    }
    for (let copy = 1; copy < scale; copy++) large.copyWithin(first + copy * across, first, first + across);
  }
  return large;
}

/** Pixels of 3 or 4 channels by the colours that they need. */
function indexed(pixels: Uint8Array, channels: number): Indexed {
  const count = pixels.length / channels;
  const rgba = new Uint8Array(count * 4).fill(255);
  const clear: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) rgba[i * 4 + k] = pixels[i * channels + k]!;
    if (channels === 4 && pixels[i * 4 + 3]! < 128) clear.push(i);
  }
  const most = clear.length > 0 ? 255 : 256;
  const exact = coloursOf(rgba, most);
  const palette = exact?.palette ?? quantize(rgba, most);
  const index = exact?.index ?? applyPalette(rgba, palette);
  if (clear.length === 0) return { index, palette, transparent: false };
  const shifted = index.map((colour) => colour + 1);
  for (const i of clear) shifted[i] = 0;
  return { index: shifted, palette: [[0, 0, 0], ...palette], transparent: true };
}

/** All colours, where there are not more than `most`; else null. */
function coloursOf(rgba: Uint8Array, most: number): { index: Uint8Array; palette: Colour[] } | null {
  const known = new Map<number, number>();
  const palette: Colour[] = [];
  const index = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < index.length; i++) {
    const [red, green, blue] = [rgba[i * 4]!, rgba[i * 4 + 1]!, rgba[i * 4 + 2]!];
    const key = (red << 16) | (green << 8) | blue;
    let at = known.get(key);
    if (at === undefined) {
      if (palette.length === most) return null;
      at = palette.push([red, green, blue]) - 1;
      known.set(key, at);
    }
    index[i] = at;
  }
  return { index, palette };
}
