import type { Attrs, SupportedKernel } from "@vaekit/export";
import type { RuntimeTensor } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import "./chained.ts";
import { type NamedFunction, runTfjs } from "../support.ts";
import { normal } from "./values.ts";

/** One use of a kernel, run both in tfjs and, traced, in ONNX Runtime. */
export interface Case<K extends SupportedKernel> {
  /** The test's name. */
  readonly shows: string;
  readonly run: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  readonly inputs: readonly RuntimeTensor[];
  /** Attributes with which the kernel must have been called, or the case shows something else. */
  readonly attrs?: Partial<Attrs<K>>;
  /** Compare the gradients by all float32 inputs. Default: true where tfjs knows the kernel's gradient. */
  readonly gradient?: boolean;
  /** Default 1e-6. */
  readonly scaleTol?: number;
}

export type Cases = { readonly [K in SupportedKernel]: readonly Case<K>[] };
type AnyCase = Case<SupportedKernel>;

/** x0, x1, ... */
export function feedsOf({ inputs }: AnyCase): Record<string, RuntimeTensor> {
  return Object.fromEntries(inputs.map((input, i) => [`x${i}`, input]));
}

/** x0, x1, ... -> y0, y1, ... */
export function forwardOf({ run }: AnyCase): NamedFunction {
  return (inputs) => {
    const result = run(...Object.values(inputs));
    const outputs = Array.isArray(result) ? result : [result];
    return Object.fromEntries(outputs.map((output, i) => [`y${i}`, output]));
  };
}

export function hasGradient(kernel: SupportedKernel, { gradient, inputs }: AnyCase): boolean {
  const float = inputs.some(({ dtype }) => dtype === "float32");
  return gradient ?? (tf.getGradient(kernel) != null && float);
}

/** x0, x1, ... and dy -> d0, d1, ...: dy times the derivative by each float32 input. */
export function gradientOf(row: AnyCase): NamedFunction {
  const floats = row.inputs.flatMap(({ dtype }, i) => (dtype === "float32" ? [i] : []));
  return ({ dy, ...inputs }) => {
    const given = Object.values(inputs);
    const byFloats = (...replaced: tf.Tensor[]) => {
      const all = [...given];
      floats.forEach((at, i) => {
        all[at] = replaced[i]!;
      });
      return joined(row, all);
    };
    const grads = tf.grads(byFloats)(
      floats.map((at) => given[at]!),
      dy,
    );
    return Object.fromEntries(grads.map((grad, i) => [`d${floats[i]}`, grad]));
  };
}

/** The inputs with a dy of the output's shape. */
export function gradientFeeds(row: AnyCase): Record<string, RuntimeTensor> {
  const feeds = feedsOf(row);
  const { y } = runTfjs((inputs) => ({ y: joined(row, Object.values(inputs)) }), feeds);
  return { ...feeds, dy: normal(y!.shape, 9) };
}

/** Several outputs become one, because tf.grads takes one. */
function joined({ run }: AnyCase, inputs: tf.Tensor[]): tf.Tensor {
  const result = run(...inputs);
  return Array.isArray(result) ? tf.concat(result.map((part) => tf.reshape(part, [-1]))) : result;
}
