import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { tf } from "@vaekit/train";

export type Quantization = "uint8" | "uint16" | "float16";

export interface SaveOptions {
  /** Bytes of a weights file, the last one of each group may be smaller. Default: one file. */
  shard?: number;
  /** Weights in each group. Default: all in one. */
  group?: number;
  quantize?: Quantization;
  /** Fields of model.json that are set or replaced. */
  extra?: object;
}

export interface Weight {
  name: string;
  shape: number[];
  dtype: "float32" | "int32" | "bool";
  data: ArrayLike<number>;
}

/** Write a model where tfjs hands over its artifacts, as the handlers of tfjs do. Returns the weights as a loader must see them. */
export async function saveLayersModel(
  model: LayersModel,
  directory: string,
  options: SaveOptions = {},
): Promise<Record<string, number[]>> {
  let artifacts: io.ModelArtifacts | undefined;
  await model.save({
    save: async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    },
  });
  const { modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy } = artifacts!;
  const tensors = tf.io.decodeWeights(weightData!, weightSpecs!);
  const weights = weightSpecs!.map(({ name }): Weight => {
    const tensor = tensors[name]!;
    const data = tensor.dataSync() as Float32Array;
    return { name, shape: tensor.shape, dtype: tensor.dtype as "float32", data };
  });
  tf.dispose(tensors);
  return writeModel(directory, { format, generatedBy, convertedBy, modelTopology }, weights, options);
}

/** model.json and weights files, quantised by the scheme of tensorflowjs_converter. */
export function writeModel(
  directory: string,
  json: object,
  weights: readonly Weight[],
  { shard = Number.POSITIVE_INFINITY, group = weights.length || 1, quantize, extra = {} }: SaveOptions = {},
): Record<string, number[]> {
  mkdirSync(directory, { recursive: true });
  const values: Record<string, number[]> = {};
  const manifest: object[] = [];
  for (let at = 0; at < weights.length; at += group) {
    const members = weights.slice(at, at + group).map((weight) => encode(weight, quantize));
    for (const { entry, restored } of members) values[entry.name] = restored;
    const bytes = Buffer.concat(members.map((member) => member.bytes));
    const count = Math.max(1, Math.ceil(bytes.length / shard));
    const paths = Array.from(
      { length: count },
      (_, i) => `group${manifest.length + 1}-shard${i + 1}of${count}.bin`,
    );
    paths.forEach((path, i) => {
      const end = Number.isFinite(shard) ? (i + 1) * shard : bytes.length;
      writeFileSync(join(directory, path), bytes.subarray(i === 0 ? 0 : i * shard, end));
    });
    manifest.push({ paths, weights: members.map(({ entry }) => entry) });
  }
  writeFileSync(
    join(directory, "model.json"),
    JSON.stringify({ ...json, weightsManifest: manifest, ...extra }),
  );
  return values;
}

function encode(weight: Weight, quantize?: Quantization) {
  const { name, shape, dtype } = weight;
  const data = Array.from(weight.data);
  const plain = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  if (!quantize || dtype !== "float32") {
    return { entry: { name, shape, dtype }, bytes: bytesOf(plain.from(data)), restored: data };
  }
  if (quantize === "float16") {
    const halves = Uint16Array.from(data, toHalf);
    const restored = Array.from(halves, fromHalf);
    return {
      entry: { name, shape, dtype, quantization: { dtype: quantize } },
      bytes: bytesOf(halves),
      restored,
    };
  }
  const most = quantize === "uint8" ? 255 : 65535;
  const [min, max] = [Math.min(...data), Math.max(...data)];
  const scale = max > min ? (max - min) / most : 1;
  const quantized = data.map((value) => Math.round((value - min) / scale));
  return {
    entry: { name, shape, dtype, quantization: { dtype: quantize, min, scale } },
    bytes: bytesOf(quantize === "uint8" ? Uint8Array.from(quantized) : Uint16Array.from(quantized)),
    restored: quantized.map((q) => Math.fround(scale * q + min)),
  };
}

const bytesOf = (array: ArrayBufferView) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/** Nearest half of a number, IEEE 754 binary16, for magnitudes below 65504. */
function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = Math.round(size / 2 ** (exponent - 10));
  return exponent === -14 && steps < 1024 ? sign + steps : sign + ((exponent + 15) << 10) + (steps - 1024);
}

function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** A node of a graph-model, as TensorFlow's NodeDef is written in JSON. */
export interface NodeDef {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, object>;
}

export const type = (name: string) => ({ type: `DT_${name}` });
export const ints = (values: number[]) => ({ list: { i: values.map(String) } });
export const text = (value: string) => ({ s: Buffer.from(value).toString("base64") });
const shapeOf = (sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });

export const placeholder = (name: string, shape: readonly number[], dtype = "FLOAT"): NodeDef => ({
  name,
  op: "Placeholder",
  attr: { dtype: type(dtype), shape: { shape: shapeOf(shape) } },
});
export const op = (name: string, kind: string, input: string[], attr: NodeDef["attr"] = {}): NodeDef => ({
  name,
  op: kind,
  input,
  attr: { T: type("FLOAT"), ...attr },
});

/** A tensor of a signature: `x:0`, its sizes, -1 for open ones. */
export const port = (name: string, sizes: readonly number[], dtype = "FLOAT") => ({
  name,
  dtype: `DT_${dtype}`,
  tensorShape: shapeOf(sizes),
});

/** Weights become Const nodes, as tensorflowjs_converter writes them. */
export function writeGraphModel(
  directory: string,
  nodes: readonly NodeDef[],
  weights: readonly Weight[] = [],
  { signature, ...options }: SaveOptions & { signature?: object } = {},
): void {
  const constants = weights.map(({ name, shape, dtype }): NodeDef => {
    const kind = dtype === "float32" ? "FLOAT" : dtype === "int32" ? "INT32" : "BOOL";
    const tensor = { dtype: `DT_${kind}`, tensorShape: shapeOf(shape) };
    return { name, op: "Const", attr: { dtype: type(kind), value: { tensor } } };
  });
  const modelTopology = {
    node: [...constants, ...nodes],
    library: {},
    versions: { producer: 1882, minConsumer: 0 },
  };
  const json = {
    format: "graph-model",
    generatedBy: "2.15.0",
    convertedBy: "a test",
    modelTopology,
    signature,
  };
  writeModel(directory, json, weights, options);
}

export const float = (name: string, shape: number[], data: ArrayLike<number>): Weight => ({
  name,
  shape,
  dtype: "float32",
  data,
});
export const int = (name: string, data: number[], shape = [data.length]): Weight => ({
  name,
  shape,
  dtype: "int32",
  data,
});

/** A file with its folders. */
export function put(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
