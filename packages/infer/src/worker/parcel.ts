import { arrayTypes, NdArray, type TypedArray } from "../nd-array.js";

/** Values on their way to another thread, and the memory that goes with them. */
export interface Parcel {
  value: unknown;
  transfer: ArrayBuffer[];
}

/** An NdArray without its methods, which structured clones drop. */
interface PackedArray {
  packed: "NdArray";
  data: TypedArray;
  shape: readonly number[];
}

/**
 * Arrays and NdArrays, by themselves and in plain objects and lists. Arrays are copied and the copies sent, which takes
 * just their elements, where a structured clone of a view takes all the memory behind it. `give`: an array that is all
 * of its memory is sent itself, and is empty here afterwards. Shared memory is neither copied nor sent.
 */
export function pack(value: unknown, give: boolean): Parcel {
  const transfer = new Set<ArrayBuffer>();
  const array = (view: TypedArray): TypedArray => {
    const { buffer } = view;
    if (!(buffer instanceof ArrayBuffer)) return view;
    if (give && view.byteLength === buffer.byteLength) {
      transfer.add(buffer);
      return view;
    }
    const copy = copyOf(view);
    transfer.add(copy.buffer);
    return copy;
  };
  const walk = (inner: unknown): unknown => {
    if (inner instanceof NdArray) {
      return { packed: "NdArray", data: array(inner.data), shape: inner.shape } satisfies PackedArray;
    }
    if (isTypedArray(inner)) return array(inner);
    return mapValues(inner, walk);
  };
  return { value: walk(value), transfer: [...transfer] };
}

/** What was packed; ownMemory: shared memory is copied, for those who cannot read it. */
export function unpack(value: unknown, { ownMemory = false } = {}): unknown {
  const array = (view: TypedArray) =>
    ownMemory && !(view.buffer instanceof ArrayBuffer) ? copyOf(view) : view;
  const walk = (inner: unknown): unknown => {
    if (isTypedArray(inner)) return array(inner);
    if (isPacked(inner)) return new NdArray(array(inner.data), inner.shape);
    return mapValues(inner, walk);
  };
  return walk(value);
}

/**
 * The values with memory of their own, taken out of those that were given, whose arrays are empty afterwards; copied
 * where their owner keeps it, as WebAssembly does.
 */
export function take<T>(given: T): T {
  const { value, transfer } = pack(given, true);
  try {
    return unpack(structuredClone(value, { transfer })) as T;
  } catch {
    return unpack(pack(given, false).value) as T;
  }
}

function mapValues(value: unknown, map: (inner: unknown) => unknown): unknown {
  // Labels in a list of numbers go as they are.
  if (Array.isArray(value)) return value.some((item) => typeof item === "object") ? value.map(map) : value;
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, map(inner)]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function isPacked(value: unknown): value is PackedArray {
  return isPlain(value) && value.packed === "NdArray";
}

const kinds = [...new Set(Object.values(arrayTypes))];

function isTypedArray(value: unknown): value is TypedArray {
  return kinds.some((kind) => value instanceof kind);
}

/** Not slice(), with which Node's Buffers share their memory. */
function copyOf(view: TypedArray) {
  if (view instanceof Float32Array) return new Float32Array(view);
  if (view instanceof Int32Array) return new Int32Array(view);
  if (view instanceof BigInt64Array) return new BigInt64Array(view);
  return new Uint8Array(view);
}
