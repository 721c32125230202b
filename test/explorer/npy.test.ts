import { load } from "npyjs";
import { describe, expect, it } from "vitest";
import { encodeNpy } from "../../packages/explorer/src/page/stage/npy.ts";

const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];

describe("a code as a NumPy file", () => {
  it.each([1, 2, 16, 511])("%i numbers are read back bit for bit by npyjs", async (count) => {
    const z = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 7.3) * 10 ** ((i % 9) - 4));
    z[0] = -0;
    const read = await load(encodeNpy(z, [1, count]).buffer);
    expect(read.shape).toEqual([1, count]);
    expect(read.dtype).toBe("f4");
    expect(read.fortranOrder).toBe(false);
    expect(bits(Float32Array.from(read.data as Float32Array))).toEqual(bits(z));
  });

  it("is laid out as the format's text says: version 1.0, a header that ends a line, data at a multiple of 64", () => {
    const bytes = encodeNpy(Float32Array.of(1.5), [1]);
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, ...Buffer.from("NUMPY"), 1, 0]);
    const start = 10 + bytes[8]! + 256 * bytes[9]!;
    expect(start % 64).toBe(0);
    expect(bytes.length).toBe(start + 4);
    const header = Buffer.from(bytes.subarray(10, start)).toString("latin1");
    expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(1,\), \} *\n$/);
    expect(Buffer.from(bytes).readFloatLE(start)).toBe(1.5);
  });
});
