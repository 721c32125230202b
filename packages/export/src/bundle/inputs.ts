import {
  type Condition,
  conditionRows,
  conditionSize,
  type NdArray,
  RandomStream,
  type RuntimeTensor,
  sizeOf,
  UsageError,
} from "@vaekit/infer";
import type { VerifyOptions } from "../verify.js";
import type { BundleOptions, BundleVae } from "./types.js";

export type Draws = NonNullable<VerifyOptions["draws"]>;

/** Rows of c as a model was trained with: one label each, or columns around their means. */
export function drawConditions(condition: Condition): Draws[string] {
  const width = conditionSize(condition);
  return (size, stream) => {
    const out = new Float32Array(size);
    if (condition.kind === "labels") {
      for (let row = 0; row < size; row += width) out[row + stream.below(width)] = 1;
      return out;
    }
    const { mean, std } = condition;
    return stream.normal(out).map((value, i) => mean[i % width]! + std[i % width]! * value);
  };
}

export const drawUniform: Draws[string] = (size, stream) => stream.uniform(new Float32Array(size));

/** Examples that the reference keeps. */
const referenceRows = 8;

export interface ReferenceInputs {
  x: RuntimeTensor;
  /** Null where the model takes none. */
  c: RuntimeTensor | null;
  /** Noise for a prior that has a graph. */
  noise: { eps: RuntimeTensor; uniform: RuntimeTensor };
}

/** The first samples with their conditions, or random values where there are none. @throws UsageError */
export function referenceInputs(vae: BundleVae, options: BundleOptions): ReferenceInputs {
  const { data, latent, prior, condition = null } = vae;
  const conditions = checkSamples(vae, options);
  const { samples } = options;
  const size = sizeOf(data.shape);
  const rows = samples ? Math.min(referenceRows, samples.length / size) : referenceRows;
  const stream = new RandomStream(0, "sample");
  const floats = (values: RuntimeTensor["data"], width: number): RuntimeTensor => ({
    dtype: "float32",
    shape: [rows, width],
    data: values,
  });
  const x =
    samples?.slice(0, rows * size) ?? Uint8Array.from({ length: rows * size }, () => stream.below(256));
  const width = conditionSize(condition);
  const c =
    conditions?.rows(0, rows).data.slice() ?? (condition && drawConditions(condition)(rows * width, stream));
  const uniforms = prior.uniforms ?? 0;
  return {
    x: { dtype: data.dtype, shape: [rows, ...data.shape], data: x },
    c: c && floats(c, width),
    noise: {
      eps: floats(stream.normal(new Float32Array(rows * latent)), latent),
      uniform: floats(stream.uniform(new Float32Array(rows * uniforms)), uniforms),
    },
  };
}

/**
 * The samples' conditions [rows, conditions]; null where there are none.
 * @throws UsageError for samples that are no whole rows, and for conditions that do not go with them
 */
function checkSamples(
  { data, condition = null }: BundleVae,
  { samples, conditions }: BundleOptions,
): NdArray | null {
  const size = sizeOf(data.shape);
  if (samples && (samples.length === 0 || samples.length % size !== 0)) {
    throw new UsageError(
      `exportBundle: samples hold ${samples.length} values, no whole number of [${data.shape}]`,
    );
  }
  if (samples) return conditionRows("exportBundle: conditions", condition, conditions, samples.length / size);
  if (conditions === undefined) return null;
  throw new UsageError("exportBundle: conditions were given without the samples that they belong to");
}
