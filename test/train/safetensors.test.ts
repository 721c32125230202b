import { decodeTensors, encodeTensors, type StoredTensor, type TensorFile } from "@vaekit/export";
import { DataError } from "@vaekit/infer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const encode = (file: TensorFile) => new Uint8Array(Buffer.concat(encodeTensors(file)));

/** A file with this header, whatever it says. */
function withHeader(header: unknown, body = new Uint8Array(16)): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, BigInt(json.length), true);
  return new Uint8Array(Buffer.concat([head, json, body]));
}

/** Whether the bytes decode; every error but a DataError that names the file is thrown on. */
function decodes(bytes: Uint8Array): boolean {
  try {
    decodeTensors(bytes, "weights.safetensors");
    return true;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message).toContain("weights.safetensors: damaged: ");
    return false;
  }
}

const names = fc
  .string({ minLength: 1, maxLength: 12, unit: "grapheme" })
  .filter((name) => !["__proto__", "__metadata__"].includes(name));
const shapes = fc.array(fc.nat({ max: 4 }), { maxLength: 3 });
const tensors = shapes.chain((shape): fc.Arbitrary<StoredTensor> => {
  const length = shape.reduce((product, size) => product * size, 1);
  const exactly = { minLength: length, maxLength: length };
  return fc
    .oneof(fc.float32Array(exactly), fc.uint8Array(exactly))
    .map((data) => ({ data: data as StoredTensor["data"], shape }));
});
const files: fc.Arbitrary<TensorFile> = fc.record({
  tensors: fc.dictionary(names, tensors, { maxKeys: 5, noNullPrototype: true }),
  metadata: fc.dictionary(names, fc.string({ unit: "grapheme" }), { maxKeys: 3, noNullPrototype: true }),
});

describe("safetensors", () => {
  it("come back as they went, whatever the names, shapes, values and notes are", () => {
    fc.assert(
      fc.property(files, (file) => {
        expect(decodeTensors(encode(file), "file")).toEqual(file);
      }),
      { seed: 1 },
    );
  });

  it("come back from a Buffer too, at any place in memory", () => {
    const file = { tensors: { a: { data: Float32Array.of(1, 2), shape: [2] } }, metadata: { note: "x" } };
    for (const offset of [0, 1, 3, 8]) {
      const whole = Buffer.concat([Buffer.alloc(offset), ...encodeTensors(file), Buffer.alloc(5)]);
      const bytes = whole.subarray(offset, whole.length - 5);
      const decoded = decodeTensors(bytes, "file");
      expect(decoded).toEqual(file);
      whole.fill(0);
      expect(decoded).toEqual(file);
    }
  });

  it("are laid out as the format says: header length, JSON, arrays aligned to 8 bytes", () => {
    const bytes = encode({
      tensors: { ab: { data: Float32Array.of(1.5, -2), shape: [1, 2] } },
      metadata: { é: "ü" },
    });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(header.startsWith("{")).toBe(true);
    expect(JSON.parse(header)).toEqual({
      __metadata__: { é: "ü" },
      ab: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
    });
    expect([...new Float32Array(bytes.slice(8 + length).buffer)]).toEqual([1.5, -2]);
  });

  it("cut off anywhere are a DataError", () => {
    fc.assert(
      fc.property(files, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (file, share) => {
        const bytes = encode(file);
        const hasBody = Object.values(file.tensors).some(({ data }) => data.length > 0);
        const length = Math.floor(share * bytes.length);
        const decoded = decodes(bytes.subarray(0, length));
        if (hasBody) expect(decoded).toBe(false);
      }),
      { seed: 2 },
    );
  });

  it("with any byte another decode or are a DataError", () => {
    const byte = fc.oneof(
      fc.nat({ max: 255 }),
      fc.constantFrom(...new TextEncoder().encode('0123456789-.e",:[]{}ntf ')),
    );
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(
        files,
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        byte,
        (file, share, value) => {
          const bytes = encode(file);
          bytes[Math.floor(share * bytes.length)] = value;
          seen.add(decodes(bytes));
        },
      ),
      { seed: 3, numRuns: 1000 },
    );
    expect(seen.size).toBe(2);
  });

  it("with any JSON as header decode or are a DataError", () => {
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom("F32", "U8", "F64", "toString", "__proto__"), fc.jsonValue()),
        shape: fc.oneof(shapes, fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(fc.integer(), fc.integer()), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const headers = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(names, fc.oneof(entry, fc.jsonValue()), { maxKeys: 3 }),
    );
    fc.assert(
      fc.property(headers, (header) => void decodes(withHeader(header))),
      { seed: 4, numRuns: 1000 },
    );
  });

  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["seven bytes", new Uint8Array(7)],
    ["a header longer than the file", withHeader({}).fill(0xff, 0, 2)],
    ["a header of 2^63 bytes", withHeader({}).fill(0x7f, 7, 8)],
    ["text", new TextEncoder().encode("this is no such file at all")],
    ["a header that is no JSON", withHeader("{ no")],
    ["a header that is null", withHeader(null)],
    ["a header that is a list", withHeader([1])],
    ["a header that is a number", withHeader(3)],
    ["an entry that is null", withHeader({ a: null })],
    ["an entry that is a number", withHeader({ a: 3 })],
    ["no offsets", withHeader({ a: { dtype: "F32", shape: [1] } })],
    ["offsets that are a number", withHeader({ a: { dtype: "F32", shape: [1], data_offsets: 4 } })],
    ["offsets that are text", withHeader({ a: { dtype: "U8", shape: [0], data_offsets: ["0", "0"] } })],
    ["offsets before the start", withHeader({ a: { dtype: "F32", shape: [1], data_offsets: [-4, 0] } })],
    ["offsets beyond the end", withHeader({ a: { dtype: "F32", shape: [1], data_offsets: [16, 20] } })],
    ["offsets the wrong way", withHeader({ a: { dtype: "F32", shape: [1], data_offsets: [4, 0] } })],
    ["offsets between bytes", withHeader({ a: { dtype: "F32", shape: [1], data_offsets: [0.5, 4.5] } })],
    ["a shape that does not fit", withHeader({ a: { dtype: "F32", shape: [2], data_offsets: [0, 4] } })],
    ["a negative shape", withHeader({ a: { dtype: "F32", shape: [-1, -1], data_offsets: [0, 4] } })],
    ["a shape of fractions", withHeader({ a: { dtype: "U8", shape: [0.5, 8], data_offsets: [0, 4] } })],
    ["a shape of text", withHeader({ a: { dtype: "U8", shape: ["4"], data_offsets: [0, 4] } })],
    ["a dtype that is not read", withHeader({ a: { dtype: "F64", shape: [1], data_offsets: [0, 8] } })],
    ["notes that are no text", withHeader({ __metadata__: { step: 3 } })],
    ["notes that are null", withHeader({ __metadata__: null })],
  ])("refuse %s", (_, bytes) => {
    expect(decodes(bytes)).toBe(false);
  });
});
