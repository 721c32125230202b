import { BundleError } from "../errors.js";
import { conditionSize } from "./condition.js";
import type { CheckPorts } from "./graph.js";
import { manifestName } from "./names.js";

/** What `checkPorts` checks, for decoder and prior alone, and without a word on which port it is. @throws BundleError */
export const checkLeanPorts: CheckPorts = (where, manifest, graph, { inputs, outputs }) => {
  const { data, latent, prior, condition, likelihood } = manifest;
  const row = (...shape: readonly number[]) => `${shape}`;
  const z = row(latent);
  const takes: Record<string, string> =
    graph === "prior" ? { eps: z, uniform: row(prior.uniforms) } : { z, c: row(conditionSize(condition)) };
  const gives: Record<string, string> = graph === "prior" ? { z } : { x_mean: row(...data.shape) };
  const names = graph === "prior" ? ["z"] : ["x_mean", ...likelihood.outputs];
  const sound =
    inputs.every(({ name, shape }) => takes[name] === `${shape.slice(1)}`) &&
    (!condition || graph === "prior" || inputs.some(({ name }) => name === "c")) &&
    names.every((name) => outputs.some((port) => port.name === name)) &&
    outputs.every(({ name, shape }) => (gives[name] ?? `${shape.slice(1)}`) === `${shape.slice(1)}`);
  if (sound) return;
  throw new BundleError(
    `${where}/${graph}.onnx: not the ${graph} that ${manifestName} describes. Copy the bundle again or export again.`,
  );
};
