import { expect } from "./errors.js";
import { bytes, fields, floats, int, ints, text } from "./fields.js";
import { bytesPer, type Element, type Elements, elements, product, type Tensor } from "./tensor.js";

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

/** A TensorProto's name and elements, whose number its shape must declare. */
export function readTensor(message: Uint8Array): { name: string; tensor: Tensor } {
  const shape: number[] = [];
  const values: number[] = [];
  let [name, code, external] = ["", 0, 0];
  let raw: Uint8Array = new Uint8Array();
  fields(message, {
    1: ints(shape),
    2: int((value) => (code = value)),
    4: floats(values),
    8: text((value) => (name = value)),
    9: bytes((value) => (raw = value)),
    14: int((value) => (external = value)),
  });
  const where = `initializer ${name}`;
  expect(external === 0, `${where} is in another file; store the weights in the model`);
  const dtype = elementOf(code, where);
  const size = product(shape);
  expect(shape.every((n) => n >= 0) && Number.isSafeInteger(size), `${where} has the shape [${shape}]`);
  const listed = dtype === "float32" && values.length > 0;
  const held = listed ? values.length : raw.length / (stored[dtype] ?? bytesPer(dtype));
  expect(held === size, `${where} holds ${held} elements where [${shape}] ${dtype} has ${size}`);
  const data = elements(dtype, size);
  if (listed) data.set(values);
  else widen[dtype](raw, data);
  return { name, tensor: { dtype, shape, data, constant: true } };
}

/** Bytes of an element in the file, where they are others than in memory. */
const stored: { readonly [K in Element]?: number } = { float16: 2, int32: 4 };

type Widen = (raw: Uint8Array, to: Elements) => void;

const copy: Widen = (raw, to) => new Uint8Array(to.buffer).set(raw);
const each =
  (step: number, read: (view: DataView, at: number) => number): Widen =>
  (raw, to) => {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    for (let i = 0; i < to.length; i++) to[i] = read(view, i * step);
  };

/** raw_data is little-endian, as is every machine that JavaScript runs on today. */
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
