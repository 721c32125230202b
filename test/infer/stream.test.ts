import type { Session } from "@vaekit/infer";
import { UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { nodeRuntime } from "../../packages/infer/src/runtime/node.ts";
import { grouped } from "../../packages/infer/src/stream.ts";
import { latent, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();

/** A runtime that counts the rows of each run. */
function counting(rows: number[]) {
  return {
    ...nodeRuntime,
    async createSession(...args: Parameters<typeof nodeRuntime.createSession>): Promise<Session> {
      const session = await nodeRuntime.createSession(...args);
      return {
        ...session,
        run(feeds, fetches) {
          rows.push(Object.values(feeds)[0]!.shape[0]!);
          return session.run(feeds, fetches);
        },
      };
    },
  };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("streams", () => {
  it("give each item what a call of its own gives, in order, in few runs", async () => {
    const runs: number[] = [];
    const vae = await bundle.load({ runtime: counting(runs), batchSize: 32, warmUp: false });
    const { z } = await vae.sample(100, { seed: 4 });
    const items = Array.from({ length: 100 }, (_, i) => z.row(i));
    runs.length = 0;
    const outputs = await collect(vae.decodeStream(items));
    expect(runs).toEqual([32, 32, 32, 4]);
    expect(outputs.length).toBe(100);
    for (const [i, { x_mean }] of outputs.entries()) {
      expect(x_mean.shape).toEqual([1, ...bundle.data.shape]);
      expect(x_mean.data).toBeAllClose((await vae.decode(items[i]!)).x_mean.data, { scaleTol: 1e-6 });
    }
    const [first] = outputs;
    expect(first!.x_mean.data.buffer.byteLength).toBe(first!.x_mean.data.byteLength);
  });

  it("encode items of several rows", async () => {
    const vae = await bundle.load();
    const { values } = bundle.data;
    const outputs = await collect(vae.encodeStream([values.subarray(0, 60), values.subarray(60, 90)]));
    expect(outputs.map(({ mu }) => mu.shape)).toEqual([
      [2, latent],
      [1, latent],
    ]);
    const { mu } = await vae.encode(values.subarray(0, 90));
    expect(outputs[1]!.mu.data).toBeAllClose(mu.row(2).data, { scaleTol: 1e-6 });
  });

  it("do not wait for an item that is late", async () => {
    const vae = await bundle.load();
    let release = () => {};
    const later = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* source() {
      yield new Float32Array(latent);
      await later;
      yield new Float32Array(latent);
    }
    const stream = vae.decodeStream(source());
    expect((await stream.next()).done).toBe(false);
    release();
    expect((await stream.next()).done).toBe(false);
    expect((await stream.next()).done).toBe(true);
  });

  it("hold one batch and one item, however long the source", async () => {
    let taken = 0;
    function* source() {
      for (; taken < 10_000; taken++) yield new Float32Array(latent);
    }
    const vae = await bundle.load({ batchSize: 16 });
    const stream = vae.decodeStream(source());
    await stream.next();
    expect(taken).toBeLessThanOrEqual(18);
    await stream.return(undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(taken).toBeLessThanOrEqual(18);
  });

  it("give what came before an error, then the error", async () => {
    const vae = await bundle.load();
    async function* source() {
      yield new Float32Array(latent);
      throw new Error("the file is cut short");
    }
    const stream = vae.decodeStream(source());
    expect((await stream.next()).value.x_mean.length).toBe(1);
    await expect(stream.next()).rejects.toThrow("the file is cut short");
    const wrong = vae.decodeStream([new Float32Array(latent), new Float32Array(latent + 1)]);
    expect((await wrong.next()).done).toBe(false);
    await expect(wrong.next()).rejects.toThrow("decodeStream: z: expected");
  });

  it("close a source that is no longer wanted", async () => {
    let closed = false;
    async function* source() {
      try {
        while (true) yield 1;
      } finally {
        closed = true;
      }
    }
    for await (const _ of grouped(source(), () => 1, 4)) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(closed).toBe(true);
  });
});

describe("graphs that are loaded", () => {
  it("are those that were asked for; a call of another says what to add", async () => {
    const vae = await bundle.load({ graphs: ["decoder"] });
    expect((await vae.sample(2)).x_mean.length).toBe(2);
    await expect(vae.encode(bundle.data.values)).rejects.toThrow(UsageError);
    await expect(vae.encode(bundle.data.values)).rejects.toThrow(
      'this call needs the encoder, which was not loaded: graphs were [decoder]. Add "encoder"',
    );
  });

  it.each([
    [{ graphs: [] }, "graphs must be some of encoder, decoder, scorer; got []"],
    [{ graphs: ["prior"] }, "the prior is standard-normal, which needs no graph"],
    [{ device: "gpu" }, 'device must be one of auto, cpu, wasm, webgpu; got "gpu"'],
    [{ device: "webgpu" }, 'device "webgpu" is for browsers'],
    [{ thread: 2 }, 'there is no option "thread"'],
  ])("%o is refused", async (options, message) => {
    await expect(bundle.load(options as object)).rejects.toThrow(UsageError);
    await expect(bundle.load(options as object)).rejects.toThrow(message);
  });

  it("tell of their bytes as they arrive", async () => {
    const seen: number[] = [];
    let last = 0;
    const vae = await bundle.load({
      onProgress: ({ loaded, total }) => {
        seen.push(loaded);
        last = total;
      },
    });
    const { files } = vae.manifest;
    const total = ["encoder", "decoder", "scorer"].reduce(
      (sum, name) => sum + files[`${name}.onnx`]!.bytes,
      0,
    );
    expect(last).toBe(total);
    expect(seen.at(-1)).toBe(total);
    expect(seen).toEqual(seen.toSorted((p, q) => p - q));
  });
});
