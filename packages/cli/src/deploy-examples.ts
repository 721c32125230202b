import type { SiteExamples } from "@vaekit/explorer";
import { BundleError, type BundleSource, conditionRows, type Manifest, NdArray, Vae } from "@vaekit/infer";
import { encodedInput, type Run } from "./analysis-input.js";
import { conditionsOfData, toldConditions } from "./condition.js";
import { checkFit } from "./open.js";

export interface DataFlags {
  data: string;
  rows: number | "all";
  seed?: number;
}

/** Rows of data, drawn at random, with what the bundle's encoder makes of them. @throws DataError for data of another shape */
export async function examplesOfData(
  bundle: string,
  source: BundleSource,
  manifest: Manifest,
  { data: name, rows: most, seed }: DataFlags,
  run: Run,
): Promise<SiteExamples> {
  const { openData, takeRows } = await import("@vaekit/train");
  const { condition, latent, files } = manifest;
  const { bytes = 0, sha256 } = files["encoder.onnx"] ?? {};
  if (!(await source.read("encoder.onnx", bytes + 1, { sha256 }))) {
    throw new BundleError(
      `${bundle} has no encoder, which makes codes of --data. Give a bundle that was packed whole, or leave --data out.`,
    );
  }
  const data = await openData(name);
  checkFit(bundle, manifest, name, data);
  const vae = await Vae.load(source, { graphs: ["encoder"] });
  try {
    const opened = { vae, decodes: false, samples: false, data };
    const flags = { data: name, rows: most, ...(seed !== undefined && { seed }) };
    const { codes, columns = [], index } = await encodedInput(opened, bundle, flags, run);
    const { mu, logvar } = codes;
    const rows = mu.shape[0]!;
    const part = rows === data.count ? data : takeRows(data, Array.from(index!));
    const told = condition && toldConditions(condition, conditionsOfData(condition, part));
    const rowsAs = (shape: readonly number[]) => [rows, ...shape];
    return {
      mu: new NdArray(mu.data, rowsAs([latent])),
      logvar: logvar ? new NdArray(logvar.data, rowsAs([latent])) : null,
      labels: part.labels,
      pictures: new NdArray(part.values, rowsAs(part.shape)),
      columns,
      c: told ? conditionRows("deploy", condition, told, rows) : null,
    };
  } finally {
    await vae.dispose();
  }
}
