import type { SymbolicTensor } from "@tensorflow/tfjs-layers";
import { Clamp, type Range } from "../layers/clamp.js";
import { layers } from "../tfjs.js";
import { activations, type Layer } from "./activation.js";
import type { BlockConfig } from "./base.js";
import type { NetworkSizes, Networks } from "./types.js";

export interface Parts {
  latent: number;
  /** Bounds of the encoder's logvar. */
  logvar: Range | null;
  /** x [batch, features] -> what mu and logvar are linear in [batch, units]; `join` puts the condition, if any, beside it */
  encode(x: SymbolicTensor, join: (at: SymbolicTensor) => SymbolicTensor): SymbolicTensor;
  /** z with the condition beside it [batch, latent + conditions] -> raw outputs [batch, outputs] */
  decode(z: SymbolicTensor): SymbolicTensor;
}

/** Encoder and decoder with their inputs, condition and heads. */
export function assemble({ features, conditions }: NetworkSizes, parts: Parts): Networks {
  const { latent, logvar } = parts;
  const x = open("x", features, conditions);
  const encoded = parts.encode(x.input, x.join);
  const heads = {
    mu: chain(encoded, layers.layers.dense({ units: latent, name: "mu" })),
    logvar: chain(encoded, layers.layers.dense({ units: latent, name: "logvar" })),
  };
  if (logvar) heads.logvar = chain(heads.logvar, new Clamp({ ...logvar, name: "logvar_clamp" }));
  const z = open("z", latent, conditions);
  return {
    encoder: layers.model({ name: "encoder", inputs: x.inputs, outputs: [heads.mu, heads.logvar] }),
    decoder: layers.model({ name: "decoder", inputs: z.inputs, outputs: parts.decode(z.join(z.input)) }),
  };
}

function open(name: string, size: number, conditions: number) {
  const input = layers.input({ shape: [size], name });
  if (conditions === 0) return { input, inputs: [input], join: (at: SymbolicTensor) => at };
  const c = layers.input({ shape: [conditions], name: "c" });
  const join = (at: SymbolicTensor) =>
    layers.layers.concatenate({ name: `${name}_and_c` }).apply([at, c]) as SymbolicTensor;
  return { input, inputs: [input, c], join };
}

/** Layers one after another. */
export function chain(from: SymbolicTensor, ...all: readonly Layer[]): SymbolicTensor {
  return all.reduce((at, layer) => layer.apply(at) as SymbolicTensor, from);
}

/**
 * A linear layer, dense or a convolution, and what follows it: [batch normalisation], activation, [dropout]. It has no
 * bias before batch normalisation, which would take it away again.
 */
export function block(
  linear: (args: { name: string; useBias: boolean }) => Layer,
  name: string,
  { activation, batchNorm, dropout }: BlockConfig,
): Layer[] {
  return [
    linear({ name, useBias: !batchNorm }),
    ...(batchNorm ? [layers.layers.batchNormalization({ name: `${name}_norm` })] : []),
    activations[activation](`${name}_activation`),
    ...(dropout > 0 ? [layers.layers.dropout({ rate: dropout, name: `${name}_dropout` })] : []),
  ];
}

/** Dense blocks named hidden_1, hidden_2, ... */
export function denseBlocks(units: readonly number[], how: BlockConfig): Layer[] {
  return units.flatMap((n, i) => denseBlock(n, `hidden_${i + 1}`, how));
}

export function denseBlock(units: number, name: string, how: BlockConfig): Layer[] {
  return block((args) => layers.layers.dense({ units, ...args }), name, how);
}
