import { conditionOn } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { exportedVae, labelledBars } from "./export-small.ts";
import { latent, smallBundle } from "./small-bundle.ts";
import { bits, both, NdArray, ShapeError } from "./worker-support.ts";

const bundle = smallBundle();
const { data, directory } = bundle;
const labels = labelledBars(120);
const labelled = exportedVae(
  labels,
  { condition: conditionOn(labels, "labels") },
  { conditions: labels.labels },
);
const rows = new NdArray(data.values, [300, ...data.shape]);

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe("a pool's streams", () => {
  it.each([1, 2, 4])("yield what Vae's do, in the items' order (%d workers)", async (workers) => {
    const { pool, vae } = await both(directory, { batchSize: 16, workers });
    const items = [1, 5, 16, 40, 3, 3, 3, 3, 3, 3, 20, 100].map((count, i) =>
      rows.rows(i * 10, i * 10 + count),
    );
    const ours = await all(pool.encodeStream(items));
    const theirs = await all(vae.encodeStream(items));
    expect(ours.map((item) => bits({ ...item }))).toEqual(theirs.map((item) => bits({ ...item })));
    const codes = theirs.map(({ mu }) => mu);
    const decoded = await all(pool.decodeStream(codes));
    expect(decoded.map(bits)).toEqual((await all(vae.decodeStream(codes))).map(bits));
  });

  it("take conditions for all, and of each item", async () => {
    const { pool, vae } = await both(labelled.directory, { batchSize: 10 });
    const x = new NdArray(labels.values, [120, ...labels.shape]);
    const items = Array.from({ length: 12 }, (_, i) => ({
      x: x.rows(i * 10, i * 10 + 7),
      ...(i % 2 === 0 && { c: labels.labels.subarray(i * 10, i * 10 + 7) }),
    }));
    const ours = await all(pool.encodeStream(items, { c: [2] }));
    const theirs = await all(vae.encodeStream(items, { c: [2] }));
    expect(ours.map((item) => bits({ ...item }))).toEqual(theirs.map((item) => bits({ ...item })));
  });

  it("do not keep a result back for an item that is still to come", async () => {
    const { pool } = await both(directory);
    let more = () => {};
    const asked = new Promise<void>((resolve) => {
      more = resolve;
    });
    async function* slow() {
      yield rows.row(0);
      await asked;
      yield rows.row(1);
    }
    const stream = pool.encodeStream(slow());
    expect((await stream.next()).value.mu.shape).toEqual([1, latent]);
    more();
    expect((await stream.next()).value.mu.shape).toEqual([1, latent]);
    expect((await stream.next()).done).toBe(true);
  });

  it("run ahead of their reader by a bounded number of items", async () => {
    const { pool } = await both(directory, { batchSize: 4, workers: 2 });
    let taken = 0;
    let closed = false;
    function* source() {
      try {
        for (let i = 0; i < 1000; i++) {
          taken++;
          yield rows.rows(0, 4);
        }
      } finally {
        closed = true;
      }
    }
    const stream = pool.encodeStream(source());
    for (let i = 0; i < 10; i++) await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    // 10 that were read, 3 batches ahead, one that is being joined, one that was asked for.
    expect(taken).toBeLessThanOrEqual(15);
    await stream.return(undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toBe(true);
  });

  it("throw in its place what an item or the source throws, after what came before", async () => {
    const { pool } = await both(directory, { batchSize: 2 });
    const items = [rows.row(0), rows.row(1), rows.row(2), new Uint8Array(31), rows.row(4)];
    const stream = pool.encodeStream(items);
    for (let i = 0; i < 3; i++) expect((await stream.next()).value.mu.shape).toEqual([1, latent]);
    await expect(stream.next()).rejects.toThrow(ShapeError);
    expect((await stream.next()).done).toBe(true);
    async function* broken() {
      yield rows.row(0);
      throw new RangeError("the camera is gone");
    }
    const other = pool.encodeStream(broken());
    expect((await other.next()).done).toBe(false);
    await expect(other.next()).rejects.toThrow("the camera is gone");
  });
});
