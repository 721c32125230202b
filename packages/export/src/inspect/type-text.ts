import type { onnx } from "../proto/generated/onnx.js";
import { type Int64, typeName } from "../proto/tensor.js";

export type TypeMessage = onnx.TypeProto.$Properties;
/** A size, a symbolic size's name, or null where the model leaves it open. */
export type PortDim = number | string | null;

/** `float32 [batch, 3]`; `sequence of float32 [?]`, `map of int64 to float32 []` and so on. */
export function typeText(type: TypeMessage | null | undefined): string {
  const tensor = type?.tensor_type ?? type?.sparse_tensor_type;
  if (tensor) {
    const text = `${typeName(tensor.elem_type)} ${shapeText(shapeOf(type))}`;
    return type?.sparse_tensor_type ? `sparse ${text}` : text;
  }
  if (type?.sequence_type) return `sequence of ${typeText(type.sequence_type.elem_type)}`;
  if (type?.optional_type) return `optional ${typeText(type.optional_type.elem_type)}`;
  if (type?.map_type)
    return `map of ${typeName(type.map_type.key_type)} to ${typeText(type.map_type.value_type)}`;
  if (type?.opaque_type)
    return `opaque ${[type.opaque_type.domain, type.opaque_type.name].filter(Boolean).join(".")}`;
  return "unknown";
}

/** Sizes of a tensor type; null where it has no shape, or is no tensor. */
export function shapeOf(type: TypeMessage | null | undefined): PortDim[] | null {
  const shape = (type?.tensor_type ?? type?.sparse_tensor_type)?.shape;
  if (!shape) return null;
  return (shape.dim ?? []).map(({ dim_value, dim_param }) => {
    if (dim_param) return dim_param;
    return dim_value === null || dim_value === undefined ? null : Number(dim_value);
  });
}

/** `[batch, 3, ?]`; `[...]` where there is no shape. */
export function shapeText(shape: readonly PortDim[] | null): string {
  return shape ? `[${shape.map((dim) => quoted(`${dim ?? "?"}`)).join(", ")}]` : "[...]";
}

/** A name as it is, or as JSON where it holds what would not be readable: spaces, quotes, line ends. */
export function quoted(name: string): string {
  return /^[\w./:*+\-?@$#~]+$/.test(name) ? name : JSON.stringify(name);
}

export function dimsText(dims: readonly Int64[] | null | undefined): string {
  return `[${(dims ?? []).join(", ")}]`;
}

/** `Conv`, or `com.microsoft.Gelu` for another domain. */
export function operatorName(domain: string | null | undefined, op: string | null | undefined): string {
  return domain && domain !== "ai.onnx" ? `${domain}.${op}` : `${op}`;
}
