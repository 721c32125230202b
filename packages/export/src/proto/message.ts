import protobuf from "protobufjs/minimal.js";
import { onnx } from "./generated/onnx.js";
import { ModelError } from "./model-error.js";

/** A message of ONNX's schema, as protobufjs gives and takes it. */
export type ModelMessage = onnx.ModelProto.$Properties;

/** Protobuf's limit on a message, 2^31 - 1 bytes; every reader of ONNX keeps to it. */
export const messageLimit = 2 ** 31 - 1;
/** Bytes from which a tensor's elements become a part of their own, which is not copied. */
const ownPart = 2 ** 16;

/**
 * Read a model's bytes as ONNX's own messages. Nothing is lost: fields that the schema does not know are kept and
 * written again (only text that is not UTF-8, which protobuf forbids, comes out as U+FFFD). Elements of tensors are views of `bytes`. Nothing is allocated by a size that the file declares:
 * protobufjs compares each length with the bytes that are there, and refuses messages nested deeper than 100.
 * @throws ModelError for bytes that are no ONNX model
 */
export function decodeProto(bytes: Uint8Array, where = "model"): onnx.ModelProto {
  try {
    // protobufjs reads text from a Buffer several times as fast as from a Uint8Array.
    const reader = protobuf.Reader.create(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    reader.discardUnknown = false;
    return onnx.ModelProto.decode(reader);
  } catch (cause) {
    throw new ModelError(
      `${where}: not an ONNX model, or one that is cut short (${(cause as Error).message}). Copy or export it again.`,
      { cause },
    );
  }
}

/** The bytes of a model. @throws ModelError above protobuf's limit of 2 GB */
export function encodeProto(model: ModelMessage): Uint8Array {
  return Buffer.concat(encodeProtoParts(model));
}

/**
 * The same in parts, to be written one after the other: elements of large initializers are parts of their own that
 * share the tensors' memory. Fields are in the order of their numbers, as Google's own writers have it.
 * @throws ModelError above protobuf's limit of 2 GB
 */
export function encodeProtoParts(model: ModelMessage): Uint8Array[] {
  const parts = embed(model, "graph", modelHead, onnx.ModelProto.encode, ({ graph }) =>
    graph ? delimited(7, graphParts(graph)) : [],
  );
  if (sizeOf(parts) > messageLimit) {
    throw new ModelError(
      `the model takes ${sizeOf(parts)} bytes, above protobuf's limit of 2 GB; write its weights as external data`,
    );
  }
  return parts;
}

const modelHead = [
  "ir_version",
  "producer_name",
  "producer_version",
  "domain",
  "model_version",
  "doc_string",
];
const graphHead = ["node", "name"];
const tensorHead = [
  "dims",
  "data_type",
  "segment",
  "float_data",
  "int32_data",
  "string_data",
  "int64_data",
  "name",
];

function graphParts(graph: onnx.GraphProto.$Properties): Uint8Array[] {
  return embed(graph, "initializer", graphHead, onnx.GraphProto.encode, ({ initializer }) =>
    (initializer ?? []).flatMap((tensor) =>
      (tensor.raw_data?.length ?? 0) < ownPart
        ? [finish(onnx.GraphProto.encode({ initializer: [tensor] }))]
        : delimited(5, tensorParts(tensor)),
    ),
  );
}

function tensorParts(tensor: onnx.TensorProto.$Properties): Uint8Array[] {
  return embed(tensor, "raw_data", tensorHead, onnx.TensorProto.encode, ({ raw_data }) =>
    delimited(9, [raw_data!]),
  );
}

/** A message whose field `inner` is written apart: the fields `head` before it, all others behind. */
function embed<T extends { $unknowns?: Uint8Array[] }>(
  message: T,
  inner: keyof T,
  head: readonly string[],
  encode: (message: T) => protobuf.Writer,
  parts: (message: T) => Uint8Array[],
): Uint8Array[] {
  const fields = Object.entries(message).filter(([name]) => name !== inner);
  const pick = (first: boolean) =>
    Object.fromEntries(fields.filter(([name]) => head.includes(name) === first)) as unknown as T;
  const behind = pick(false);
  // It is not enumerable where protobufjs made it.
  if (message.$unknowns) behind.$unknowns = message.$unknowns;
  return [finish(encode(pick(true))), ...parts(message), finish(encode(behind))].filter(
    ({ length }) => length > 0,
  );
}

/** parts as the contents of a length-delimited field. */
function delimited(field: number, parts: Uint8Array[]): Uint8Array[] {
  const length = sizeOf(parts);
  // Checked before it is written: a length is 32 bits here.
  if (length > messageLimit) {
    throw new ModelError(
      `the model takes more than ${length} bytes, above protobuf's limit of 2 GB; write its weights as external data`,
    );
  }
  return [
    finish(
      protobuf.Writer.create()
        .uint32((field << 3) | 2)
        .uint32(length),
    ),
    ...parts,
  ];
}

function finish(writer: protobuf.Writer): Uint8Array {
  return writer.finish();
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
