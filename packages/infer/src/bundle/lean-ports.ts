import { BundleError } from "../errors.js";
import { conditionSize } from "./condition.js";
import type { CheckPorts } from "./graph.js";
import { manifestName } from "./names.js";

/** Of what `checkPorts` checks the inputs and the first output, without a word on which port it is. @throws BundleError */
export const checkLeanPorts: CheckPorts = (where, manifest, graph, { inputs, outputs }) => {
  const { data, latent, prior, condition } = manifest;
  const decodes = graph === "decoder";
  const sizes: Record<string, unknown> = {
    z: latent,
    c: conditionSize(condition),
    eps: latent,
    uniform: prior.uniforms,
    x_mean: data.shape,
  };
  const first = outputs.filter(({ name }) => name === (decodes ? "x_mean" : "z"));
  const taken = decodes && condition ? inputs.filter(({ name }) => name === "c") : first;
  const sound = [...inputs, ...first].every(({ name, shape }) => `${sizes[name]}` === `${shape.slice(1)}`);
  if (sound && first.length && taken.length) return;
  throw new BundleError(
    `${where}/${graph}.onnx: not the ${graph} that ${manifestName} describes. Export it again.`,
  );
};
