declare module "gifenc" {
  /** Red, green, blue. */
  export type Colour = readonly number[];

  export interface FrameOptions {
    /** null: that of the first frame. */
    palette?: readonly Colour[] | null;
    /** Milliseconds, kept as hundredths of a second. */
    delay?: number;
    /** -1: once, 0: for ever; of the first frame. */
    repeat?: number;
    transparent?: boolean;
    transparentIndex?: number;
  }

  export interface Encoder {
    writeFrame(index: Uint8Array, width: number, height: number, options?: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }

  export function GIFEncoder(): Encoder;
  /** rgba: 4 numbers a pixel, of which the last is not looked at. */
  export function quantize(rgba: Uint8Array, colours: number): Colour[];
  export function applyPalette(rgba: Uint8Array, palette: readonly Colour[]): Uint8Array;
}
