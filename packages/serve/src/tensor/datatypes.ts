import { badRequest } from "../errors.js";

export type Elements = Float32Array | Uint8Array;

interface Datatype {
  /** As the Open Inference Protocol names it. */
  name: string;
  bytes: number;
  allocate(length: number): Elements;
  /** What a JSON number must be to become an element. */
  accepts(value: number): boolean;
  expected: string;
}

/** The element types of a bundle's graphs. */
export const datatypes = {
  float32: {
    name: "FP32",
    bytes: 4,
    allocate: (length) => new Float32Array(length),
    accepts: (value) => Number.isFinite(Math.fround(value)),
    expected: "a finite number that float32 can hold",
  },
  uint8: {
    name: "UINT8",
    bytes: 1,
    allocate: (length) => new Uint8Array(length),
    accepts: (value) => Number.isInteger(value) && value >= 0 && value <= 255,
    expected: "an integer from 0 to 255",
  },
} as const satisfies Record<string, Datatype>;

export type ElementType = keyof typeof datatypes;

/** What a tensor of a model is: its name, element type, and the shape of one row, without batch. */
export interface TensorSpec {
  name: string;
  dtype: ElementType;
  row: readonly number[];
}

/**
 * Elements of a little-endian body, [byteLength / bytes]; bytes are viewed in place, floats copied where they do not
 * start at a multiple of four.
 * @throws RequestError for a NaN or an infinity
 */
export function elementsOfBytes(where: string, dtype: ElementType, bytes: Uint8Array): Elements {
  // Not the Buffer itself, whose slices and whose constructor are others than a Uint8Array's.
  if (dtype === "uint8") return bytesOfElements(bytes);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const values = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw badRequest(`${where}: element ${i} is ${values[i]}; only finite numbers can be used`);
  }
  return values;
}

export function bytesOfElements({ buffer, byteOffset, byteLength }: Elements): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
