import type { Manifest } from "./bundle/manifest.js";
import { type BundleSource, readVerified } from "./bundle/source.js";
import { BundleError } from "./errors.js";
import { NdArray } from "./nd-array.js";
import { decodeTensors } from "./safetensors.js";

export const codesFile = "reference/codes.safetensors";

/** Examples that a bundle keeps: what the encoder made of some of its training data. */
export interface ReferenceCodes {
  /** [examples, latent] */
  mu: NdArray;
  /** [examples, latent], ln sigma^2 */
  logvar: NdArray;
  /** Which example of the data set each was [examples] int32 */
  index: NdArray<Int32Array>;
  /** [examples] int32; null where the data had none */
  labels: NdArray<Int32Array> | null;
  /** The examples themselves, [examples, ...shape] uint8; null where they were not kept */
  pictures: NdArray<Uint8Array> | null;
}

/** @throws BundleError when the bundle keeps none, or the file is not what the manifest says */
export async function readReference(source: BundleSource, manifest: Manifest): Promise<ReferenceCodes> {
  const { reference, latent, data } = manifest;
  if (!reference) {
    throw new BundleError(
      `${source.name}: the bundle keeps no codes of examples. Export it with reference codes ` +
        "(`vaekit export --reference 1000`), or give codes of your own as `among`.",
    );
  }
  const where = `${source.name}/${codesFile}`;
  const { tensors } = decodeTensors(await readVerified(source, manifest, codesFile), where);
  const { examples, labels, pictures } = reference;
  const take = <T extends Float32Array | Int32Array | Uint8Array>(
    name: string,
    kind: new (length: number) => T,
    ...rest: readonly number[]
  ): NdArray<T> => {
    const tensor = tensors[name];
    const shape = [examples, ...rest];
    if (!(tensor?.data instanceof kind) || `${tensor.shape}` !== `${shape}`) {
      throw new BundleError(
        `${where}: ${name} is not [${shape}], as the manifest has it. Export the bundle again.`,
      );
    }
    return new NdArray(tensor.data, shape);
  };
  return {
    mu: take("mu", Float32Array, latent),
    logvar: take("logvar", Float32Array, latent),
    index: take("index", Int32Array),
    labels: labels ? take("labels", Int32Array) : null,
    pictures: pictures ? take("pictures", Uint8Array, ...data.shape) : null,
  };
}

export function copyReference({ mu, logvar, index, labels, pictures }: ReferenceCodes): ReferenceCodes {
  return {
    mu: new NdArray(mu.data.slice(), mu.shape),
    logvar: new NdArray(logvar.data.slice(), logvar.shape),
    index: new NdArray(index.data.slice(), index.shape),
    labels: labels && new NdArray(labels.data.slice(), labels.shape),
    pictures: pictures && new NdArray(pictures.data.slice(), pictures.shape),
  };
}
