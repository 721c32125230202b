import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DataError, exitCodes, RandomStream } from "@vaekit/infer";
import { readIdx } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { counting, idxBytes, packings, temporaryFile } from "./idx-files.ts";

async function messageOf(path: string): Promise<string> {
  const error = await readIdx(path).then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).exitCode).toBe(exitCodes.data);
  expect((error as DataError).message).toContain(path);
  return (error as DataError).message;
}

describe.each(packings)("readIdx, %s", (_, pack) => {
  it.each([[[24]], [[2, 3, 4]], [[2, 3, 2, 2]]])("reads [%s]", async (shape) => {
    const { shape: read, values } = await readIdx(temporaryFile(pack(idxBytes(shape, counting(24)))));
    expect(read).toEqual(shape);
    expect(values).toEqual(counting(24));
  });

  it("reads a file of many pieces", async () => {
    const body = counting(300 * 1000);
    const { values } = await readIdx(temporaryFile(pack(idxBytes([300, 1000], body))));
    expect(Buffer.compare(values, body)).toBe(0);
  });

  it("refuses a body cut short, with what is declared and what is there", async () => {
    // A plain file's size gives it away before it is read, a gzipped one's does not.
    const message = await messageOf(temporaryFile(pack(idxBytes([2, 1000], counting(1999)))));
    expect(message).toMatch(
      /the header declares \[2,1000\] = 2000 bytes, (1999 are there|the file can hold 1999 at most)\./,
    );
  });

  it("refuses a header cut short", async () => {
    const bytes = idxBytes([2, 3, 4], counting(24));
    for (const length of [1, 3, 4, 15]) {
      const message = await messageOf(temporaryFile(pack(bytes.subarray(0, length))));
      expect(message).toContain(`${length} bytes are too few for an IDX file; it is empty or truncated.`);
    }
  });

  it("refuses nothing at all", async () => {
    expect(await messageOf(temporaryFile(pack(new Uint8Array(0))))).toContain(
      "0 bytes are too few for an IDX file",
    );
  });

  it("refuses what is not IDX, and shows how it starts", async () => {
    const message = await messageOf(temporaryFile(pack(new TextEncoder().encode("\x89PNG and so on"))));
    expect(message).toContain(
      "not an IDX file: it starts with c289504e, IDX starts with 0000. Give an IDX file.",
    );
  });

  it.each([0x09, 0x0b, 0x0c, 0x0d, 0x0e])("refuses the element type %d", async (type) => {
    const message = await messageOf(temporaryFile(pack(idxBytes([4], counting(32), type))));
    expect(message).toContain(`IDX element type 0x${type.toString(16)}; only unsigned bytes (0x8) are read.`);
  });

  it("stops at the first bytes of a large file that is not IDX", async () => {
    const noise = new Uint8Array(new RandomStream(1, "sample").uniform(new Float32Array(2 ** 19)).buffer);
    expect(await messageOf(temporaryFile(pack(noise)))).toContain("not an IDX file");
    const tooLong = temporaryFile(pack(idxBytes([10], noise)));
    expect(await messageOf(tooLong)).toContain("more data than the header's [10] = 10 bytes");
  });

  it("refuses bytes after the data", async () => {
    const message = await messageOf(temporaryFile(pack(idxBytes([2, 3], counting(7)))));
    expect(message).toContain("more data than the header's [2,3] = 6 bytes; the file is damaged.");
  });

  it("refuses at once, without the memory, a header that declares 2^40 elements", async () => {
    const path = temporaryFile(pack(idxBytes([2 ** 20, 2 ** 10, 2 ** 10], counting(100))));
    const before = process.memoryUsage().arrayBuffers;
    const began = performance.now();
    expect(await messageOf(path)).toMatch(/= 1099511627776 bytes, the file can hold \d+ at most/);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  it("refuses sizes whose product is beyond every number", async () => {
    const path = temporaryFile(pack(idxBytes(new Array(100).fill(2 ** 32 - 1), counting(100))));
    expect(await messageOf(path)).toContain("truncated or damaged");
  });
});

describe("readIdx", () => {
  it.each([0.2, 0.5, 0.99])("refuses a gzipped file cut off at %d of it", async (share) => {
    const packed = gzipSync(idxBytes([2, 1000], counting(2000)));
    const path = temporaryFile(packed.subarray(0, Math.floor(share * packed.length)));
    expect(await messageOf(path)).toContain("damaged gzip data");
  });

  it("refuses a gzipped file with a flipped byte", async () => {
    const packed = gzipSync(idxBytes([2, 1000], counting(2000)));
    packed[packed.length - 6]! ^= 1;
    expect(await messageOf(temporaryFile(packed))).toContain("damaged gzip data (incorrect data check).");
  });

  it("refuses a path where nothing is", async () => {
    expect(await messageOf(join(temporaryDirectory(), "none.idx"))).toContain(
      "no such file. Check the path.",
    );
  });

  it("refuses a path through a file", async () => {
    const path = join(temporaryFile(counting(4)), "data.idx");
    expect(await messageOf(path)).toContain("cannot be read (ENOTDIR). Check the path.");
  });

  it("refuses a directory", async () => {
    expect(await messageOf(temporaryDirectory())).toContain("a directory, not an IDX file");
  });
});
