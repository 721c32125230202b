import { arrayTypes, type DType, type TypedArray } from "@vaekit/infer";

/** Element types of a graph: those that a model takes and gives, and those that only weights are stored in. */
export type ElementType = DType | "float16" | "int8";
export type ElementArray = TypedArray | Uint16Array | Int8Array;

/** The typed array that holds an element type; float16 as its bits. */
export const elementArrays = { ...arrayTypes, float16: Uint16Array, int8: Int8Array } as const;

/** ONNX TensorProto.DataType numbers. */
export const onnxTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
} as const satisfies Record<ElementType, number>;

/** The element type of a TensorProto.DataType number; null where vaekit's IR has none. */
export function elementType(code: number): ElementType | null {
  return (Object.keys(onnxTypes) as ElementType[]).find((type) => onnxTypes[type] === code) ?? null;
}

export function isFloat(type: ElementType): boolean {
  return type === "float32" || type === "float16";
}
