import { expect } from "./errors.js";

// Wire types of the protobuf encoding.
const wireVarint = 0;
const wireBytes = 2;
const wireFixed32 = 5;

/** Where in a message one reads. */
class Cursor {
  at = 0;
  private readonly view: DataView;

  constructor(readonly message: Uint8Array) {
    this.view = new DataView(message.buffer, message.byteOffset, message.length);
  }

  get ended(): boolean {
    return this.at >= this.message.length;
  }

  /** Step over so many bytes, and say where they began. */
  skip(count: number): number {
    const start = this.at;
    expect(count >= 0 && start + count <= this.message.length, "damaged model: it is cut short");
    this.at += count;
    return start;
  }

  /** A signed integer of 64 bits, exact to 2^53: 28 bits and 36. */
  varint(): number {
    let [low, high] = [0, 0];
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.message[this.skip(1)]!;
      if (shift < 28) low += (byte & 127) * 2 ** shift;
      else high += (byte & 127) * 2 ** (shift - 28);
      if (byte < 128) break;
    }
    high %= 2 ** 36;
    return (high < 2 ** 35 ? high : high - 2 ** 36) * 2 ** 28 + low;
  }

  bytes(): Uint8Array {
    const length = this.varint();
    const start = this.skip(length);
    return this.message.subarray(start, start + length);
  }

  float(): number {
    return this.view.getFloat32(this.skip(4), true);
  }
}

type Reader = (cursor: Cursor, type: number) => void;

/** What each field of a message is read with, by its number. */
type Readers = Readonly<Record<number, Reader>>;

const of =
  <T>(expected: number, read: (cursor: Cursor) => T, set: (value: T) => void): Reader =>
  (cursor, type) => {
    expect(type === expected, `damaged model: wire type ${type}, not ${expected}`);
    set(read(cursor));
  };

/** One number, or all of them packed into bytes. */
const list =
  (expected: number, read: (cursor: Cursor) => number, to: number[]): Reader =>
  (cursor, type) => {
    if (type !== wireBytes) return of(expected, read, (value) => to.push(value))(cursor, type);
    const packed = new Cursor(cursor.bytes());
    while (!packed.ended) to.push(read(packed));
  };

const readInt = (cursor: Cursor) => cursor.varint();
const readFloat = (cursor: Cursor) => cursor.float();
const readBytes = (cursor: Cursor) => cursor.bytes();

export const bytes = (set: (value: Uint8Array) => void) => of(wireBytes, readBytes, set);
export const text = (set: (value: string) => void) => bytes((value) => set(new TextDecoder().decode(value)));
export const int = (set: (value: number) => void) => of(wireVarint, readInt, set);
export const ints = (to: number[]) => list(wireVarint, readInt, to);
export const float = (set: (value: number) => void) => of(wireFixed32, readFloat, set);
export const floats = (to: number[]) => list(wireFixed32, readFloat, to);

const skips: Readonly<Record<number, Reader>> = {
  0: readInt,
  1: (cursor) => cursor.skip(8),
  2: readBytes,
  5: readFloat,
};

/** Read a protobuf message's fields; those without a reader are skipped. @throws TinyError for bytes that are no message */
export function fields(message: Uint8Array, readers: Readers): void {
  const cursor = new Cursor(message);
  while (!cursor.ended) {
    const tag = cursor.varint();
    const [field, type] = [Math.floor(tag / 8), tag & 7];
    const read = readers[field] ?? skips[type];
    expect(field > 0 && read, `damaged model: field ${field}, wire type ${type}`);
    read(cursor, type);
  }
}
