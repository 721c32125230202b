import { BundleError } from "../errors.js";
import type { DType } from "../nd-array.js";
import type { Port, Session } from "../runtime/types.js";
import { type GraphName, type Manifest, manifestName } from "./manifest.js";

/** One row's shape and element type. */
type RowPort = { shape: readonly number[]; dtype: DType };

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
  const { data, latent, likelihood } = manifest;
  const code: RowPort = { shape: [latent], dtype: "float32" };
  const density: RowPort = { shape: [], dtype: "float32" };
  const rows: Record<string, RowPort> = {
    x: { shape: data.shape, dtype: data.dtype },
    z: code,
    mu: code,
    logvar: code,
    x_mean: { shape: data.shape, dtype: "float32" },
    log_px: density,
    log_pz: density,
    log_qz: density,
  };
  const decoded = new Set(["x_mean", ...likelihood.outputs]);
  const names: { readonly [K in GraphName]: { takes: Iterable<string>; gives: Iterable<string> } } = {
    encoder: { takes: ["x"], gives: ["mu", "logvar"] },
    decoder: { takes: ["z"], gives: decoded },
    scorer: { takes: ["x", "z", "mu", "logvar", ...decoded], gives: ["log_px", "log_pz", "log_qz"] },
  };
  const { takes, gives } = names[graph];
  const problems: string[] = [];
  for (const { name } of inputs) {
    if (![...takes].includes(name)) problems.push(`input ${name} is none of ${[...takes].join(", ")}`);
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

/** A graph's first axis is symbolic; the others must be the row's. */
function isOf(port: Port, row: RowPort): boolean {
  const [batch, ...rest] = port.shape;
  return port.dtype === row.dtype && typeof batch === "string" && `${rest}` === `${row.shape}`;
}
