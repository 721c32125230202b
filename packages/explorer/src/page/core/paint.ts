/** Pixels [height, width, channels] of 1, 3 or 4 channels as a canvas takes them. */
export function imageOf(pixels: Uint8Array, [height, width, channels]: readonly number[]): ImageData {
  const image = new ImageData(width!, height!);
  const { data } = image;
  const [green, blue] = channels! < 3 ? [0, 0] : [1, 2];
  for (let i = 0, from = 0; i < data.length; i += 4, from += channels!) {
    data[i] = pixels[from]!;
    data[i + 1] = pixels[from + green]!;
    data[i + 2] = pixels[from + blue]!;
    data[i + 3] = channels === 4 ? pixels[from + 3]! : 255;
  }
  return image;
}

/** Draw pixels on a canvas, one to one; CSS makes it larger. */
export function paint(canvas: HTMLCanvasElement, pixels: Uint8Array, shape: readonly number[]): void {
  if (canvas.width !== shape[1]) canvas.width = shape[1]!;
  if (canvas.height !== shape[0]) canvas.height = shape[0]!;
  canvas.getContext("2d")!.putImageData(imageOf(pixels, shape), 0, 0);
}

/** A picture as a PNG file, each pixel `scale` times as large. */
export function pngOf(pixels: Uint8Array, shape: readonly number[], scale = 1): Promise<Blob> {
  const small = document.createElement("canvas");
  paint(small, pixels, shape);
  const large = document.createElement("canvas");
  large.width = shape[1]! * scale;
  large.height = shape[0]! * scale;
  const context = large.getContext("2d")!;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, large.width, large.height);
  return blobOf(large);
}

export function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("the browser made no picture file"))),
      "image/png",
    ),
  );
}
