declare module "*/tools/python.mjs" {
  /** The Python of the oracles where it imports all that is needed, else null. Installs nothing. */
  export function findPython(options?: { needs?: string[] }): string | null;
}

declare module "*/tools/onnx-testdata.mjs" {
  /** The folder of ONNX's own test models, else null. Installs nothing. */
  export function findOnnxTestdata(): string | null;
}

declare module "*/bench/support/conv-vae.mjs" {
  import type { InputSpecs } from "@vaekit/export";
  import type { RandomStream, RuntimeTensor } from "@vaekit/infer";
  import type { tf } from "@vaekit/train";

  type Tensors = Record<string, tf.Tensor>;
  /** Loss and gradients by every weight of the convolutional VAE. */
  export function gradients(tfjs: typeof tf): (inputs: Tensors) => Tensors;
  export function specs(rows: number): InputSpecs;
  export function feeds(rows: number, stream: RandomStream): Record<string, RuntimeTensor>;
}
