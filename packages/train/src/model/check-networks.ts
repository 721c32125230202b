import { UsageError } from "@vaekit/infer";
import { tf } from "../tfjs.js";
import { inference, isLayersModel, type Network } from "./network.js";
import type { NetworkSizes, Networks } from "./types.js";

const rows = 2;

/**
 * Run a user's networks once, on two rows of zeros.
 * @throws UsageError that names the network, what it must give, and what it gave
 */
export function checkNetworks(networks: Networks, sizes: NetworkSizes & { latent: number }): void {
  const { features, outputs, conditions, latent } = sizes;
  for (const part of ["encoder", "decoder"] as const) {
    if (!isNetwork(networks?.[part])) {
      throw new UsageError(
        `custom: build must give { encoder, decoder }, each a LayersModel made by the layers that it is given or a ` +
          `Network with apply; its ${part} is neither.`,
      );
    }
  }
  checkOutputs("encoder", networks.encoder, [features, conditions], {
    mu: [rows, latent],
    logvar: [rows, latent],
  });
  checkOutputs("decoder", networks.decoder, [latent, conditions], { x: [rows, outputs] });
}

function isNetwork(value: unknown): boolean {
  return isLayersModel(value) || typeof (value as Network | undefined)?.apply === "function";
}

function checkOutputs(
  part: string,
  network: Networks["encoder"],
  inputs: readonly number[],
  must: Readonly<Record<string, readonly number[]>>,
): void {
  const given = tf.tidy(() => {
    const zeros = inputs.filter((size) => size > 0).map((size) => tf.zeros([rows, size]));
    try {
      const result = isLayersModel(network)
        ? network.apply(zeros.length === 1 ? zeros[0]! : zeros)
        : network.apply(zeros, inference);
      return [result].flat().map((output) => (output as tf.Tensor).shape);
    } catch (cause) {
      const takes = inputs.filter((size) => size > 0).map((size) => `[batch, ${size}]`);
      throw new UsageError(
        `custom: the ${part} failed on ${takes.join(" and ")}: ${(cause as Error).message}`,
        {
          cause,
        },
      );
    }
  });
  const names = Object.keys(must);
  const fits = given.length === names.length && names.every((name, i) => `${given[i]}` === `${must[name]}`);
  if (fits) return;
  const batch = (shape: readonly number[]) => `[${["batch", ...shape.slice(1)].join(", ")}]`;
  const wanted = names.map((name) => `${name} ${batch(must[name]!)}`).join(" and ");
  const got = given.map((shape) => `[${shape.join(", ")}]`).join(" and ");
  throw new UsageError(`custom: the ${part} must give ${wanted}; on ${rows} examples it gave ${got}.`);
}
