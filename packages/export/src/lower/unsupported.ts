/** Kernels that ONNX cannot express, with the reason and what to use instead. Those in neither table are not lowered yet. */
export const unsupported: Readonly<Record<string, string>> = {
  Multinomial: "it draws random numbers; pass them in as an input",
  FromPixels: "it reads a page's picture; pass its pixels in as an input",
};
