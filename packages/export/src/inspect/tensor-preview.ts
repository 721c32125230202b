import { onnx } from "../proto/generated/onnx.js";
import type { TensorMessage } from "../proto/tensor.js";

const { DataType } = onnx.TensorProto;
/** Elements of a tensor that are shown. */
const shown = 8;

interface Reading {
  width: number;
  read(view: DataView, at: number): string;
}

/** How raw data is read. */
const readings: Readonly<Record<number, Reading>> = {
  [DataType.FLOAT]: { width: 4, read: (view, at) => float(view.getFloat32(at, true)) },
  [DataType.DOUBLE]: { width: 8, read: (view, at) => `${view.getFloat64(at, true)}` },
  [DataType.INT64]: { width: 8, read: (view, at) => `${view.getBigInt64(at, true)}` },
  [DataType.UINT64]: { width: 8, read: (view, at) => `${view.getBigUint64(at, true)}` },
  [DataType.INT32]: { width: 4, read: (view, at) => `${view.getInt32(at, true)}` },
  [DataType.UINT32]: { width: 4, read: (view, at) => `${view.getUint32(at, true)}` },
  [DataType.INT16]: { width: 2, read: (view, at) => `${view.getInt16(at, true)}` },
  [DataType.UINT16]: { width: 2, read: (view, at) => `${view.getUint16(at, true)}` },
  [DataType.INT8]: { width: 1, read: (view, at) => `${view.getInt8(at)}` },
  [DataType.UINT8]: { width: 1, read: (view, at) => `${view.getUint8(at)}` },
  [DataType.BOOL]: { width: 1, read: (view, at) => `${view.getUint8(at) !== 0}` },
};

/** Elements that the typed fields hold; integers narrower than 32 bits are in int32_data. */
const fields = ["float_data", "double_data", "int32_data", "int64_data", "uint64_data"] as const;

/** The elements of a small tensor, `{1, 2, 3}`; empty for a large one and for types that are not read here. */
export function preview(tensor: TensorMessage): string {
  const { raw_data, data_type } = tensor;
  const reading = readings[data_type ?? 0];
  if (!reading) return "";
  const values: string[] = [];
  if (raw_data?.length) {
    if (raw_data.length > shown * reading.width) return "";
    const view = new DataView(raw_data.buffer, raw_data.byteOffset, raw_data.byteLength);
    for (let at = 0; at + reading.width <= raw_data.length; at += reading.width)
      values.push(reading.read(view, at));
  } else {
    for (const field of fields) {
      const elements = tensor[field] ?? [];
      if (elements.length > shown) return "";
      for (const element of elements)
        values.push(field === "float_data" ? float(Number(element)) : `${element}`);
    }
  }
  return values.length > 0 ? `{${values.join(", ")}}` : "";
}

/** A float32 in as few digits as tell it from its neighbours. */
export function float(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Object.is(Math.fround(short), Math.fround(value))) return `${short}`;
  }
  return `${value}`;
}
