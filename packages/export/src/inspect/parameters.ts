import type { ModelMessage } from "../proto/message.js";
import { ModelError } from "../proto/model-error.js";
import { byteSize, elementCount, isExternal, type TensorMessage, typeName } from "../proto/tensor.js";
import { walk } from "../proto/walk.js";
import { dimsText } from "./type-text.js";

export interface TypeCount {
  tensors: number;
  elements: number;
  bytes: number;
}

export interface TensorReport {
  name: string;
  /** `float32 [64, 3, 3, 3]` */
  type: string;
  bytes: number;
  external: boolean;
}

export interface Parameters extends TypeCount {
  /** By element type: float32, int64, ... */
  byType: Record<string, TypeCount>;
  /** The largest tensors, largest first. */
  largest: TensorReport[];
}

/**
 * What a model holds in tensors: initializers of all its graphs, and tensors in attributes, as Constant's.
 * @throws ModelError for a tensor whose elements do not fill its sizes
 */
export function countParameters(model: ModelMessage, where: string, largest = 10): Parameters {
  const all: TypeCount = { tensors: 0, elements: 0, bytes: 0 };
  const byType: Record<string, TypeCount> = {};
  const tensors: TensorReport[] = [];
  walk(model, {
    tensor(tensor) {
      const elements = elementCount(tensor, where);
      const bytes = storedBytes(tensor, where);
      const type = typeName(tensor.data_type);
      byType[type] ??= { tensors: 0, elements: 0, bytes: 0 };
      for (const count of [all, byType[type]]) {
        count.tensors++;
        count.elements += elements;
        count.bytes += bytes;
      }
      tensors.push({
        name: tensor.name ?? "",
        type: `${type} ${dimsText(tensor.dims)}`,
        bytes,
        external: isExternal(tensor),
      });
    },
  });
  tensors.sort((a, b) => b.bytes - a.bytes);
  return { ...all, byType, largest: tensors.slice(0, largest) };
}

/** Bytes of a tensor's elements; checked where they are in the model as raw data. */
function storedBytes(tensor: TensorMessage, where: string): number {
  const { name, string_data, raw_data } = tensor;
  if (string_data?.length) return string_data.reduce((sum, { length }) => sum + length, 0);
  if (typeName(tensor.data_type) === "string") return 0;
  const bytes = byteSize(tensor, where);
  if (raw_data?.length && raw_data.length !== bytes)
    throw new ModelError(`${where}: ${name} holds ${raw_data.length} bytes where its sizes take ${bytes}`);
  return bytes;
}
