import { UsageError } from "../errors.js";
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

/** Memory that calls with `transfer` emptied. */
const taken = new WeakSet<ArrayBufferLike>();

/** @throws UsageError for an array whose memory an earlier call took */
export function checkNotTaken(call: string, value: unknown): void {
  const array = value instanceof NdArray ? value.data : value;
  if (!ArrayBuffer.isView(array) || !taken.has(array.buffer)) return;
  throw new UsageError(
    `${call}: this array was given away by an earlier call with transfer, and is empty since. Give another, or leave transfer out there.`,
  );
}

/**
 * Arrays and NdArrays, by themselves and in plain objects and lists. Arrays are copied and the copies sent, which takes
 * just their elements, where a structured clone of a view takes all the memory behind it. `give`: an array that is all
 * of its memory is sent itself, and is empty here afterwards. Shared memory is neither copied nor sent. What is packed
 * without `give` stays as it is, whatever becomes of the values. check: told each array.
 */
export function pack(value: unknown, give: boolean, check?: (view: TypedArray) => void): Parcel {
  const transfer = new Set<ArrayBuffer>();
  const array = (view: TypedArray): TypedArray => {
    check?.(view);
    const { buffer } = view;
    if (!(buffer instanceof ArrayBuffer)) return view;
    if (give && view.byteLength > 0 && view.byteLength === buffer.byteLength) {
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
    if (ArrayBuffer.isView(inner)) return structuredClone(inner);
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
  let own: unknown;
  try {
    own = structuredClone(value, { transfer });
  } catch {
    own = pack(given, false).value;
  }
  for (const buffer of transfer) if (buffer.byteLength === 0) taken.add(buffer);
  return unpack(own) as T;
}

function mapValues(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    // Labels in a list of numbers are many.
    return value.some((item) => typeof item === "object") ? value.map(map) : value.slice();
  }
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

/** Not slice(), with which Node's Buffers share their memory. Of emptied memory: no elements. */
function copyOf(view: TypedArray) {
  if (view instanceof Float32Array) return new Float32Array(elements(view));
  if (view instanceof Int32Array) return new Int32Array(elements(view));
  if (view instanceof BigInt64Array) return new BigInt64Array(elements(view));
  return new Uint8Array(elements(view));
}

function elements<T extends TypedArray>(view: T): T | never[] {
  return view.length === 0 ? [] : view;
}
