import { onnx } from "./generated/onnx.js";
import { ModelError } from "./model-error.js";

export type TensorMessage = onnx.TensorProto.$Properties;
/** A number, or a Long of protobufjs. */
export type Int64 = number | { toString(): string };

const { DataType } = onnx.TensorProto;

/** Bits of an element, by TensorProto.DataType; those below 8 are packed without gaps. Strings have no fixed size. */
const elementBits: Readonly<Record<number, number>> = {
  [DataType.FLOAT]: 32,
  [DataType.UINT8]: 8,
  [DataType.INT8]: 8,
  [DataType.UINT16]: 16,
  [DataType.INT16]: 16,
  [DataType.INT32]: 32,
  [DataType.INT64]: 64,
  [DataType.BOOL]: 8,
  [DataType.FLOAT16]: 16,
  [DataType.DOUBLE]: 64,
  [DataType.UINT32]: 32,
  [DataType.UINT64]: 64,
  [DataType.COMPLEX64]: 64,
  [DataType.COMPLEX128]: 128,
  [DataType.BFLOAT16]: 16,
  [DataType.FLOAT8E4M3FN]: 8,
  [DataType.FLOAT8E4M3FNUZ]: 8,
  [DataType.FLOAT8E5M2]: 8,
  [DataType.FLOAT8E5M2FNUZ]: 8,
  [DataType.UINT4]: 4,
  [DataType.INT4]: 4,
  [DataType.FLOAT4E2M1]: 4,
  [DataType.FLOAT8E8M0]: 8,
  [DataType.UINT2]: 2,
  [DataType.INT2]: 2,
  [DataType.FLOAT6E2M3]: 6,
  [DataType.FLOAT6E3M2]: 6,
};

/** `float32`, as numpy and vaekit say it, for a TensorProto.DataType; its number where the schema lacks it. */
export function typeName(code: number | null | undefined): string {
  const name = DataType[code ?? 0];
  if (!name) return `type ${code}`;
  const others: Record<string, string> = { FLOAT: "float32", DOUBLE: "float64" };
  return others[name] ?? name.toLowerCase();
}

/** @throws ModelError for an integer that a number cannot hold exactly */
export function safe(value: Int64, where: string): number {
  const number = Number(value.toString());
  if (!Number.isSafeInteger(number)) throw new ModelError(`${where}: the integer ${value} is beyond 53 bits`);
  return number;
}

/** Elements of a tensor by its sizes. @throws ModelError where a size is negative or the product beyond 53 bits */
export function elementCount({ name, dims }: TensorMessage, where: string): number {
  const sizes = (dims ?? []).map((dim) => safe(dim, where));
  const negative = sizes.find((size) => size < 0);
  if (negative !== undefined)
    throw new ModelError(`${where}: ${name} has the size ${negative} along an axis`);
  if (sizes.includes(0)) return 0;
  const count = sizes.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count))
    throw new ModelError(`${where}: ${name} has more elements than 53 bits count`);
  return count;
}

/** Bytes that a tensor's elements take as raw data. @throws ModelError as elementCount, and for strings */
export function byteSize(tensor: TensorMessage, where: string): number {
  const bits = elementBits[tensor.data_type ?? 0];
  if (bits === undefined)
    throw new ModelError(
      `${where}: ${tensor.name} is of ${typeName(tensor.data_type)}, which has no fixed size`,
    );
  const bytes = Math.ceil((elementCount(tensor, where) * bits) / 8);
  if (!Number.isSafeInteger(bytes))
    throw new ModelError(`${where}: ${tensor.name} takes more bytes than 53 bits count`);
  return bytes;
}

export function isExternal({ data_location }: TensorMessage): boolean {
  return data_location === onnx.TensorProto.DataLocation.EXTERNAL;
}
