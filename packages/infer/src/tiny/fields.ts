import { PbfReader } from "pbf";
import { expect } from "./errors.js";

/** Wire types of the protobuf encoding. */
const wire = { varint: 0, bytes: 2, fixed32: 5 } as const;

type Reader = (pbf: PbfReader) => void;

/** What each field of a message is read with, by its number. */
type Readers = Readonly<Record<number, Reader>>;

const of =
  (types: readonly number[], read: Reader): Reader =>
  (pbf) => {
    expect(
      types.includes(pbf.type),
      `damaged model: a field has the wire type ${pbf.type}, not ${types.join(" or ")}`,
    );
    read(pbf);
  };

export const text = (set: (value: string) => void) => of([wire.bytes], (pbf) => set(pbf.readString()));
export const bytes = (set: (value: Uint8Array) => void) => of([wire.bytes], (pbf) => set(pbf.readBytes()));
export const int = (set: (value: number) => void) => of([wire.varint], (pbf) => set(pbf.readVarint(true)));
export const ints = (to: number[]) => of([wire.varint, wire.bytes], (pbf) => pbf.readPackedVarint(to, true));
export const float = (set: (value: number) => void) => of([wire.fixed32], (pbf) => set(pbf.readFloat()));
export const floats = (to: number[]) => of([wire.fixed32, wire.bytes], (pbf) => pbf.readPackedFloat(to));

/**
 * Read a message's fields; those without a reader are skipped. pbf steps past the end without a word, so the place is
 * held against the message's length after each field.
 * @throws TinyError for bytes that are no message
 */
export function fields(message: Uint8Array, readers: Readers): void {
  const pbf = new PbfReader(message);
  try {
    for (let tag = pbf.nextField(); tag !== 0; tag = pbf.nextField()) {
      readers[tag]?.(pbf);
      expect(pbf.pos <= pbf.length, "damaged model: a field ends after its message");
    }
  } catch (cause) {
    if (cause instanceof RangeError) expect(false, `damaged model: ${cause.message}`);
    throw cause;
  }
  expect(pbf.pos === pbf.length, "damaged model: its fields do not end where the message does");
}
