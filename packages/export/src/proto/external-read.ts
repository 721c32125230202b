import { type FileHandle, readFile, stat } from "node:fs/promises";
import { DataError } from "@vaekit/infer";
import { type DecodedModel, graphOf } from "./decode.js";
import { directoryOf, type ExternalFile, openExternal } from "./external-location.js";
import type { onnx } from "./generated/onnx.js";
import { decodeProto, type ModelMessage, messageLimit } from "./message.js";
import { ModelError } from "./model-error.js";
import { byteSize, isExternal, type TensorMessage } from "./tensor.js";
import { walk } from "./walk.js";

/** Where a tensor's elements lie in another file. */
export interface ExternalPlace {
  location: string;
  /** Bytes from the file's start. */
  offset: number;
  /** Bytes; null where the tensor does not say. */
  length: number | null;
}

/** Bytes that are read in one go. */
const readStep = 2 ** 30;

/**
 * Read an ONNX file, with what it keeps in files beside it, back into a graph.
 * @throws ModelError as decodeModel, and for external data outside the model's directory, behind links, or cut short
 * @throws DataError when the file itself cannot be read
 */
export async function readModel(path: string): Promise<DecodedModel> {
  const model = await readProto(path);
  await loadExternal(model, path);
  return graphOf(model, path);
}

/** An ONNX file's own messages; external data stays where it is. @throws ModelError, DataError */
export async function readProto(path: string): Promise<onnx.ModelProto> {
  return decodeProto(await readModelFile(path), path);
}

/** An ONNX file's bytes. @throws DataError when it cannot be read, ModelError above protobuf's limit */
export async function readModelFile(path: string): Promise<Uint8Array> {
  const unreadable = (cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    return new DataError(`${path}: ${code === "ENOENT" ? "no such file" : `cannot be read (${message})`}`, {
      cause,
    });
  };
  const stats = await stat(path).catch((cause) => {
    throw unreadable(cause);
  });
  if (stats.isDirectory()) throw new DataError(`${path}: that is a directory; give the name of a file`);
  // Opening a pipe would wait for its other end.
  if (!stats.isFile()) throw new DataError(`${path}: that is no plain file`);
  if (stats.size > messageLimit) {
    throw new ModelError(
      `${path}: ${stats.size} bytes are more than the 2 GB that a protobuf message can have`,
    );
  }
  return readFile(path).catch((cause) => {
    throw unreadable(cause);
  });
}

/** @throws ModelError where the place is not told, or not in numbers */
export function placeOf(tensor: TensorMessage, where: string): ExternalPlace {
  const told = new Map((tensor.external_data ?? []).map(({ key, value }) => [key, value ?? ""]));
  const location = told.get("location");
  if (!location) throw new ModelError(`${where}: ${tensor.name} names no file for its elements`);
  const bytes = (key: string): number | null => {
    const text = told.get(key);
    if (text === undefined) return null;
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
      throw new ModelError(`${where}: ${tensor.name}: ${key} ${JSON.stringify(text)} is no number of bytes`);
    return value;
  };
  return { location, offset: bytes("offset") ?? 0, length: bytes("length") };
}

/** The tensors of a model whose elements are in other files, by file. */
export function externalTensors(model: ModelMessage, where: string): Map<string, TensorMessage[]> {
  const files = new Map<string, TensorMessage[]>();
  walk(model, {
    tensor(tensor) {
      if (!isExternal(tensor)) return;
      append(files, placeOf(tensor, where).location, tensor);
    },
  });
  return files;
}

function append<K>(lists: Map<K, TensorMessage[]>, key: K, tensor: TensorMessage): void {
  const list = lists.get(key);
  if (list) list.push(tensor);
  else lists.set(key, [tensor]);
}

/** Put the elements of external tensors into the message. @throws ModelError */
async function loadExternal(model: ModelMessage, path: string): Promise<void> {
  for (const [location, tensors] of externalTensors(model, path)) {
    const file = await openExternal(directoryOf(path), location, path);
    try {
      await fill(tensors, file, path);
    } finally {
      await file.handle.close();
    }
  }
}

async function fill(tensors: readonly TensorMessage[], file: ExternalFile, where: string): Promise<void> {
  const regions = new Map<string, TensorMessage[]>();
  let total = 0;
  for (const tensor of tensors) {
    const { offset, length } = regionOf(tensor, file.size, where);
    const key = `${offset} ${length}`;
    if (!regions.has(key)) total += length;
    append(regions, key, tensor);
  }
  // Regions that overlap would let a small file ask for any amount of memory.
  if (total > file.size) throw new ModelError(`${where}: tensors overlap in ${file.path}`);
  for (const [key, sharing] of regions) {
    const [offset, length] = key.split(" ").map(Number) as [number, number];
    const bytes = await readRegion(file.handle, offset, length, file.path);
    for (const tensor of sharing) {
      tensor.raw_data = bytes;
      delete tensor.data_location;
      delete tensor.external_data;
    }
  }
}

/** Checked against the file's size before anything is allocated. */
export function regionOf(
  tensor: TensorMessage,
  fileSize: number,
  where: string,
): { offset: number; length: number } {
  const { location, offset, length } = placeOf(tensor, where);
  const size = byteSize(tensor, where);
  if (length !== null && length !== size)
    throw new ModelError(`${where}: ${tensor.name} takes ${size} bytes, but names ${length} in ${location}`);
  if (offset + size > fileSize) {
    throw new ModelError(
      `${where}: ${tensor.name} lies at bytes ${offset} to ${offset + size} of ${location}, which has ${fileSize}`,
    );
  }
  return { offset, length: size };
}

/** @throws ModelError where the file ends first */
export async function readRegion(
  handle: FileHandle,
  offset: number,
  length: number,
  path: string,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(readStep, length - at), offset + at);
    if (bytesRead === 0) throw new ModelError(`${path}: ended while it was read`);
    at += bytesRead;
  }
  return bytes;
}
