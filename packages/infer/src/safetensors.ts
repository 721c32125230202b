import { DataError } from "./errors.js";
import { sizeOf } from "./nd-array.js";

/** An array as the file holds it. */
export interface StoredTensor {
  data: Float32Array | Int32Array | Uint8Array;
  shape: readonly number[];
}

/** Named arrays with text beside them. */
export interface TensorFile {
  tensors: Record<string, StoredTensor>;
  metadata: Record<string, string>;
}

/** The format's name of an element type, and the array that holds it. */
const kinds = { F32: Float32Array, I32: Int32Array, U8: Uint8Array } as const;

const headLength = 8;
/** The format's own limit for its header. */
const headerLimit = 100_000_000;

/**
 * The safetensors format (Hugging Face): header length as uint64, header as JSON, then the arrays. PyTorch, JAX and
 * others read it. Returns the file in pieces, so that large arrays are not copied.
 */
export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array[] {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { data, shape }] of Object.entries(tensors)) {
    const dtype = Object.entries(kinds).find(([, kind]) => data instanceof kind)![0];
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = JSON.stringify(header);
  // Spaces after the header keep the arrays aligned to 8 bytes.
  const json = new TextEncoder().encode(
    text.padEnd(text.length + ((8 - (new TextEncoder().encode(text).length % 8)) % 8)),
  );
  const head = new Uint8Array(headLength);
  new DataView(head.buffer).setBigUint64(0, BigInt(json.length), true);
  const bodies = Object.values(tensors).map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return [head, json, ...bodies];
}

/** @throws DataError for bytes that are not such a file, or are cut short */
export function decodeTensors(bytes: Uint8Array, where: string): TensorFile {
  const damaged = (what: string) => new DataError(`${where}: damaged: ${what}.`);
  if (bytes.length < headLength) throw damaged(`${bytes.length} bytes are too few`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > headerLimit || headLength + length > bytes.length) throw damaged("the header is cut short");
  const { __metadata__: metadata = {}, ...entries } = parseHeader(
    bytes.subarray(headLength, headLength + length),
    damaged,
  );
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    throw damaged("its metadata are not text");
  }
  const tensors: Record<string, StoredTensor> = {};
  const body = bytes.subarray(headLength + length);
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
    const kind =
      typeof dtype === "string" && Object.hasOwn(kinds, dtype) ? kinds[dtype as keyof typeof kinds] : null;
    if (!kind || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
      throw damaged(`${name} is described as ${JSON.stringify(entry)}`);
    }
    const [start, end] = offsets as [number, number];
    if (end > body.length || end - start !== sizeOf(shape) * kind.BYTES_PER_ELEMENT) {
      throw damaged(`${name} is ${dtype} [${shape}] at ${start} to ${end} of ${body.length} bytes`);
    }
    // Not slice(): on a Node Buffer that is a view of the same memory.
    const copy = new Uint8Array(body.subarray(start, end));
    tensors[name] = { data: new kind(copy.buffer), shape };
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function parseHeader(bytes: Uint8Array, damaged: (what: string) => DataError): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw damaged("the header is not JSON");
  }
  if (!isObject(header)) throw damaged("the header is not an object");
  return header;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
