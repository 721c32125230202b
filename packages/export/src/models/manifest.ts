import type { io } from "@tensorflow/tfjs-core";
import { DataError, sizeOf } from "@vaekit/infer";

/** Bytes an element, as tfjs stores weights (tfjs-core's io/types.ts). */
const elementBytes: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, complex64: 8 };
const quantizedBytes: Readonly<Record<string, number>> = { uint8: 1, uint16: 2, float16: 2 };

/** No weight of a usable model has more elements; keeps the sums below exact. */
const mostElements = 2 ** 40;

export type WeightsGroup = io.WeightsManifestConfig[number];

/**
 * The groups of a weights manifest, every field that tfjs will trust checked.
 * @throws DataError that says which weight is wrong and how
 */
export function parseManifest(value: unknown, where: string): WeightsGroup[] {
  if (!Array.isArray(value)) {
    throw new DataError(
      `${where}: weightsManifest is ${describe(value)}, not a list. Convert or save the model again.`,
    );
  }
  const names = new Set<string>();
  value.forEach((group: Partial<WeightsGroup> | null, i) => {
    const { paths, weights } = group ?? {};
    if (!isStrings(paths) || !Array.isArray(weights)) {
      throw new DataError(
        `${where}: weightsManifest[${i}] has no paths and weights. Convert or save the model again.`,
      );
    }
    for (const weight of weights) {
      weightBytes(weight, where);
      if (names.has(weight.name)) throw new DataError(`${where}: weight ${weight.name} is listed twice.`);
      names.add(weight.name);
    }
  });
  return value as WeightsGroup[];
}

/** How many bytes a weight takes in its group's files. @throws DataError for a weight that tfjs cannot decode */
export function weightBytes(weight: io.WeightsManifestEntry, where: string): number {
  const { name, shape, dtype, quantization } = weight ?? {};
  if (typeof name !== "string") throw new DataError(`${where}: a weight in the manifest has no name.`);
  const refuse = (what: string): never => {
    throw new DataError(`${where}: weight ${name}: ${what}.`);
  };
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape || sizeOf(shape) > mostElements) refuse(`its shape is ${JSON.stringify(shape)}`);
  if (dtype === "string") refuse("it holds strings, which an ONNX graph of numbers cannot use");
  if (!Object.hasOwn(elementBytes, dtype)) {
    refuse(`its dtype is ${JSON.stringify(dtype)}; tfjs reads ${Object.keys(elementBytes).join(", ")}`);
  }
  if (quantization === undefined) return sizeOf(shape) * elementBytes[dtype]!;
  const stored = quantization?.dtype;
  if (!Object.hasOwn(quantizedBytes, stored)) {
    refuse(
      `it is quantised to ${JSON.stringify(stored)}; tfjs reads ${Object.keys(quantizedBytes).join(", ")}`,
    );
  }
  const { scale, min } = quantization;
  if (stored !== "float16" && !(Number.isFinite(scale) && Number.isFinite(min))) {
    refuse(`it is quantised to ${stored} without a scale and a min`);
  }
  if (dtype !== "float32" && !(dtype === "int32" && stored !== "float16")) {
    refuse(`${dtype} cannot be quantised to ${stored}`);
  }
  return sizeOf(shape) * quantizedBytes[stored]!;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function describe(value: unknown): string {
  return value === undefined ? "missing" : value === null ? "null" : `a ${typeof value}`;
}
