import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "@vaekit/infer";
import { fromNchw, toNchw } from "../lower/nchw.js";
import type { InputSpec, InputSpecs, TensorFunction, Tensors } from "./trace.js";

/** Which inputs or outputs a caller wants as NCHW: by name, or every one of rank 4. */
export type NchwPorts = true | readonly string[];

export interface NchwOptions {
  inputsAsNchw?: NchwPorts;
  outputsAsNchw?: NchwPorts;
}

/**
 * The same function with pictures as [batch, channels, height, width] at its ends. The transposes that this adds
 * cancel with those around the first and last convolution.
 * @throws UsageError for a name that is no input or output, or one that is not of rank 4
 */
export function asNchw(
  fn: TensorFunction,
  inputs: InputSpecs,
  { inputsAsNchw = [], outputsAsNchw = [] }: NchwOptions,
): { fn: TensorFunction; inputs: InputSpecs } {
  const turned = chosen("inputsAsNchw", inputsAsNchw, ranksOf(inputs));
  if (turned.size === 0 && outputsAsNchw !== true && outputsAsNchw.length === 0) return { fn, inputs };
  const specs = Object.entries(inputs).map(([name, spec]): [string, InputSpec] => {
    if (!turned.has(name)) return [name, spec];
    const [batch, height, width, channels] = spec.shape;
    return [name, { ...spec, shape: [batch!, channels!, height!, width!] }];
  });
  return {
    inputs: Object.fromEntries(specs),
    fn: (given) => {
      const outputs = fn(
        mapTensors(given, (tensor, name) =>
          turned.has(name) ? tf.transpose(tensor, [...fromNchw]) : tensor,
        ),
      );
      // What is no record of tensors is for the recorder to complain of.
      if (!Object.values(outputs ?? {}).every((output) => output instanceof tf.Tensor)) return outputs;
      if (!outputs || outputs instanceof Promise) return outputs;
      const ranks = Object.fromEntries(Object.entries(outputs).map(([name, { rank }]) => [name, rank]));
      const wanted = chosen("outputsAsNchw", outputsAsNchw, ranks);
      return mapTensors(outputs, (tensor, name) =>
        wanted.has(name) ? tf.transpose(tensor, [...toNchw]) : tensor,
      );
    },
  };
}

function ranksOf(inputs: InputSpecs): Record<string, number> {
  return Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape.length]));
}

const flags = { inputsAsNchw: "--inputs-nchw", outputsAsNchw: "--outputs-nchw" } as const;

function chosen(
  option: keyof typeof flags,
  ports: NchwPorts,
  ranks: Readonly<Record<string, number>>,
): Set<string> {
  const pictures = Object.keys(ranks).filter((name) => ranks[name] === 4);
  if (ports === true) return new Set(pictures);
  for (const name of ports) {
    if (pictures.includes(name)) continue;
    const why = name in ranks ? `has rank ${ranks[name]}` : "does not exist";
    throw new UsageError(
      `${flags[option]} (${option}): ${name} ${why}; those of rank 4 are: ${pictures.join(", ") || "none"}`,
    );
  }
  return new Set(ports);
}

function mapTensors(tensors: Tensors, map: (tensor: tf.Tensor, name: string) => tf.Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor, name)]));
}
