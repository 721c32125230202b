/** Stands for onnxruntime-web in pages that are built without it. */
export const env = { wasm: {} };
export const InferenceSession = {
  create(): never {
    throw new Error("this page was built without onnxruntime");
  },
};
export class Tensor {}
