import { PbfReader } from "pbf";
import { expect } from "./errors.js";

type Readers = Readonly<Record<number, (pbf: PbfReader) => unknown>>;

/**
 * Read a message's fields, each with its reader; others are skipped. pbf reads past the end without a word, so after
 * each field the place must still be within the message, and ahead of where it was.
 * @throws TinyError for bytes that are no message
 */
export function fields(bytes: Uint8Array, readers: Readers): void {
  const pbf = new PbfReader(bytes);
  let before = 0;
  for (let tag = pbf.nextField(); tag !== 0; tag = pbf.nextField()) {
    readers[tag]?.(pbf);
    if (pbf.pos === pbf._valueStart) skip(pbf);
  }
}
