import { BundleError } from "../errors.js";
import { conditionSize } from "./condition.js";
import type { CheckPorts } from "./graph.js";
import { manifestName } from "./names.js";

/** What `checkPorts` checks, for decoder and prior alone, and without a word on which port it is. @throws BundleError */
export const checkLeanPorts: CheckPorts = (where, manifest, graph, { inputs, outputs }) => {
  const { data, latent, prior, condition, likelihood } = manifest;
  const decodes = graph === "decoder";
  const sizes: Record<string, number> = decodes
    ? { z: latent, c: conditionSize(condition) }
    : { eps: latent, uniform: prior.uniforms };
  const gives = decodes ? ["x_mean", ...likelihood.outputs] : ["z"];
  const first = `${decodes ? data.shape : latent}`;
  const sound =
    inputs.every(({ name, shape }) => `${sizes[name]}` === `${shape.slice(1)}`) &&
    (!decodes || !condition || inputs.some(({ name }) => name === "c")) &&
    gives.every((name) =>
      outputs.some((port) => port.name === name && (name !== gives[0] || first === `${port.shape.slice(1)}`)),
    );
  if (sound) return;
  throw new BundleError(
    `${where}/${graph}.onnx: not the ${graph} that ${manifestName} describes. Copy the bundle again or export again.`,
  );
};
