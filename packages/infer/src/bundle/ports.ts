import { BundleError } from "../errors.js";
import { type DType, sizeOf } from "../nd-array.js";
import type { Port, Session } from "../runtime/types.js";
import { conditionSize } from "./condition.js";
import type { Manifest } from "./manifest.js";
import { type GraphName, manifestName } from "./names.js";

/** One row's shape and element type; a name stands for axes that may be of any size. */
type RowPort = { shape: readonly (number | string)[]; dtype: DType };

/**
 * Hold a loaded graph's inputs and outputs against the manifest: a changed manifest has no sha256 of its own, and
 * a graph of another model would fail only when it runs.
 * @throws BundleError that names the port, what it is, and what the manifest says
 */
export function checkPorts(
  where: string,
  manifest: Manifest,
  graph: GraphName,
  { inputs, outputs }: Session,
): void {
  const { data, latent, likelihood, prior, condition } = manifest;
  const floats = (...shape: readonly (number | string)[]): RowPort => ({ shape, dtype: "float32" });
  const code = floats(latent);
  const density = floats();
  const decoded = new Set(["x_mean", ...likelihood.outputs]);
  const rows: Record<string, RowPort> = {
    ...Object.fromEntries([...decoded].map((name) => [name, floats(anyAxes, sizeOf(data.shape))])),
    x: { shape: data.shape, dtype: data.dtype },
    c: floats(conditionSize(condition)),
    z: code,
    eps: code,
    uniform: floats(prior.uniforms),
    mu: code,
    logvar: code,
    x_mean: floats(...data.shape),
    log_px: density,
    log_pz: density,
    log_qz: density,
  };
  const given = condition ? ["c"] : [];
  const names: { readonly [K in GraphName]: { takes: Iterable<string>; gives: Iterable<string> } } = {
    encoder: { takes: ["x", ...given], gives: ["mu", "logvar"] },
    decoder: { takes: ["z", ...given], gives: decoded },
    scorer: { takes: ["x", "z", "mu", "logvar", ...decoded], gives: ["log_px", "log_pz", "log_qz"] },
    prior: { takes: prior.uniforms > 0 ? ["eps", "uniform"] : ["eps"], gives: ["z"] },
  };
  const { takes, gives } = names[graph];
  const problems: string[] = [];
  for (const { name } of inputs) {
    if (![...takes].includes(name)) problems.push(`input ${name} is none of ${[...takes].join(", ")}`);
  }
  if (graph === "decoder" && condition && !inputs.some(({ name }) => name === "c")) {
    problems.push("there is no input c, which a conditional model takes");
  }
  for (const name of gives) {
    if (!outputs.some((output) => output.name === name)) problems.push(`there is no output ${name}`);
  }
  for (const port of [...inputs, ...outputs]) {
    const row = Object.hasOwn(rows, port.name) ? rows[port.name]! : null;
    if (row && !isOf(port, row)) {
      const expected = ["batch", ...row.shape].join(", ");
      problems.push(
        `${port.name} is [${port.shape.join(", ")}] ${port.dtype}, not [${expected}] ${row.dtype}`,
      );
    }
  }
  if (problems.length === 0) return;
  throw new BundleError(
    `${where}/${graph}.onnx: not the ${graph} that ${manifestName} describes\n${problems.map((line) => `  ${line}`).join("\n")}\n` +
      "One of the two files was changed after export; copy the bundle again or export again.",
  );
}

/** A likelihood may have axes of its own between batch and features, such as a categorical's levels. */
const anyAxes = "...";

/** A graph's first axis is symbolic; the others must be the row's. */
function isOf(port: Port, row: RowPort): boolean {
  const [batch, ...rest] = port.shape;
  if (port.dtype !== row.dtype || typeof batch !== "string") return false;
  if (row.shape[0] === anyAxes) return rest.at(-1) === row.shape.at(-1);
  return `${rest}` === `${row.shape}`;
}
