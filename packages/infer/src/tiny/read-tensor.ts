import { PbfReader } from "pbf";
import { expect } from "./errors.js";
import { fields, guarded } from "./fields.js";
import { bytesPer, type Element, elements, product, type Tensor } from "./tensor.js";

/** TensorProto.DataType */
const dtypes: Readonly<Record<number, Element>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  6: "int32",
  7: "int64",
  9: "bool",
  10: "float16",
};

export function elementOf(code: number, where: string): Element {
  const dtype = dtypes[code];
  expect(dtype, `${where} has the element type ${code}; there are ${Object.values(dtypes).join(", ")}`);
  return dtype;
}

/** A TensorProto's name and elements; the declared shape must be what the bytes hold. */
export function readTensor(bytes: Uint8Array): { name: string; tensor: Tensor } {
  const shape: number[] = [];
  const floats: number[] = [];
  let [name, code, external] = ["", 0, 0];
  let raw: Uint8Array | null = null;
  fields(bytes, {
    1: (pbf) => pbf.readPackedVarint(shape, true),
    2: (pbf) => (code = pbf.readVarint()),
    4: (pbf) => pbf.readPackedFloat(floats),
    8: (pbf) => (name = pbf.readString()),
    9: (pbf) => (raw = pbf.readBytes()),
    14: (pbf) => (external = pbf.readVarint()),
  });
  const where = `initializer ${name}`;
  expect(external === 0, `${where} is in another file; store the weights in the model`);
  const dtype = elementOf(code, where);
  const size = product(shape);
  expect(
    shape.every((n) => Number.isInteger(n) && n >= 0) && Number.isSafeInteger(size),
    `${where} has the shape [${shape}]`,
  );
  const stored = dtype === "float16" ? 2 : dtype === "int32" ? 4 : bytesPer(dtype);
  const held = floats.length > 0 && dtype === "float32" ? floats.length : ((raw ?? []) as Uint8Array).length / stored;
  expect(held === size, `${where} holds ${held} elements where [${shape}] ${dtype} has ${size}`);
  const data = elements(dtype, size);
  if (floats.length > 0) data.set(floats);
  else if (raw) widen[dtype](raw, data);
  return { name, tensor: { dtype, shape, data, constant: true } };
}

type Widen = (raw: Uint8Array, to: Tensor["data"]) => void;

const each =
  (stored: number, read: (view: DataView, at: number) => number): Widen =>
  (raw, to) => {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    for (let i = 0; i < to.length; i++) to[i] = read(view, i * stored);
  };
const copy: Widen = (raw, to) => new Uint8Array(to.buffer).set(raw);

/** raw_data is little-endian, as is every machine that runs JavaScript engines today. */
const widen: { readonly [K in Element]: Widen } = {
  float32: copy,
  uint8: copy,
  int8: copy,
  bool: copy,
  int32: each(4, (view, at) => view.getInt32(at, true)),
  int64: each(8, (view, at) => Number(view.getBigInt64(at, true))),
  float16: each(2, (view, at) => half(view.getUint16(at, true))),
};

/** IEEE 754 binary16 */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Kept here so that readers of messages need no import of pbf. */
export const readerOf = (bytes: Uint8Array): PbfReader => guarded(new PbfReader(bytes));
