import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { encodeModel, Graph } from "@vaekit/export";
import {
  createInPlaceSession,
  DisposedError,
  type InPlaceSession,
  loadRuntime,
  type RuntimeTensor,
} from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { loadCApi } from "../../packages/infer/src/runtime/c-api.ts";

const shape = [64, 300];
const tensor = (data: Float32Array, of: readonly number[] = shape): RuntimeTensor => ({
  dtype: "float32",
  shape: of,
  data,
});

/** y = x w + 1, twice: enough work that a run takes a while. */
function model(): Uint8Array {
  const graph = new Graph();
  const x = graph.input("x", "float32", shape);
  const w = graph.input("w", "float32", [300, 300]);
  const once = graph.op("Add", [graph.op("Gemm", [x, w]), graph.scalar(1)]);
  graph.output("y", graph.op("Add", [graph.op("Gemm", [once, w]), graph.scalar(1)]));
  return encodeModel(graph);
}

const feeds = {
  x: tensor(Float32Array.from({ length: 64 * 300 }, (_, i) => Math.sin(i))),
  w: tensor(
    Float32Array.from({ length: 300 * 300 }, (_, i) => Math.cos(i) / 300),
    [300, 300],
  ),
};

async function run(session: InPlaceSession): Promise<Float32Array> {
  const y = new Float32Array(64 * 300);
  await session.run(feeds, { y: tensor(y) });
  return y;
}

describe.runIf(loadCApi())("ONNX Runtime's C API (where koffi is installed)", () => {
  it("writes into the given memory what onnxruntime-node computes, bit for bit", async () => {
    const native = await createInPlaceSession(model());
    const node = await (await loadRuntime("node")).createSession(model());
    expect(native.runtime).toBe("native");
    const y = await run(native);
    expect(y.some((value) => value !== 0)).toBe(true);
    expect(y).toEqual((await node.run(feeds)).y!.data);
    await native.dispose();
    await node.dispose();
  });

  it("keeps its library when garbage is collected", () => {
    // In a process of its own: a library that is unloaded takes the process with it.
    const script = `import { createInPlaceSession } from "@vaekit/infer";
const model = Uint8Array.from(Buffer.from(process.env.MODEL, "base64"));
const row = (size) => ({ dtype: "float32", shape: [size / 300, 300], data: new Float32Array(size) });
const session = await createInPlaceSession(model);
for (let i = 0; i < 5; i++) {
  gc();
  await session.run({ x: row(64 * 300), w: row(300 * 300) }, { y: row(64 * 300) });
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log(session.runtime);`;
    const MODEL = Buffer.from(model()).toString("base64");
    const out = execFileSync(process.execPath, ["--expose-gc", "--input-type=module", "-e", script], {
      cwd: join(import.meta.dirname, "../.."),
      env: { ...process.env, MODEL },
      encoding: "utf8",
    });
    expect(out).toBe("native\n");
  });

  it("leaves the event loop free while it runs", async () => {
    // Four products of 1024 x 1024 take tens of milliseconds: time for many turns, unless the run blocks them all.
    const graph = new Graph();
    const x = graph.input("x", "float32", [1024, 1024]);
    let y = x;
    for (let i = 0; i < 4; i++) y = graph.op("Gemm", [y, x]);
    graph.output("y", y);
    const session = await createInPlaceSession(encodeModel(graph));
    const square = () => tensor(new Float32Array(1024 * 1024), [1024, 1024]);
    let turns = 0;
    let done = false;
    const count = () => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await session.run({ x: square() }, { y: square() });
    done = true;
    expect(turns).toBeGreaterThan(3);
    await session.dispose();
  });

  it("runs one call after another, and disposes after the last", async () => {
    const session = await createInPlaceSession(model());
    const [a, b, disposed] = await Promise.all([run(session), run(session), session.dispose()]);
    expect(a).toEqual(b);
    expect(disposed).toBeUndefined();
    await session.dispose();
    await expect(run(session)).rejects.toThrow(DisposedError);
  });

  it("takes held tensors as they are at each run", async () => {
    const session = await createInPlaceSession(model());
    const y = tensor(new Float32Array(64 * 300));
    const x = tensor(feeds.x.data.slice() as Float32Array);
    session.hold([x, y]);
    session.hold([x]);
    await session.run({ x, w: feeds.w }, { y });
    const first = y.data.slice();
    expect(first).toEqual(await run(session));
    (x.data as Float32Array).fill(0);
    await session.run({ x, w: feeds.w }, { y });
    expect(y.data).not.toEqual(first);
    await session.dispose();
  });

  it("says in ONNX Runtime's words what is wrong, and goes on", async () => {
    const session = await createInPlaceSession(model());
    const wrong = { ...feeds, x: tensor(new Float32Array(64 * 10), [64, 10]) };
    await expect(session.run(wrong, { y: tensor(new Float32Array(64 * 300)) })).rejects.toThrow(
      /invalid dimensions/,
    );
    await expect(session.run({ ...feeds, v: feeds.x }, { y: feeds.x })).rejects.toThrow(
      /Invalid input name: v/,
    );
    expect((await run(session)).some((value) => value !== 0)).toBe(true);
    await session.dispose();
    await expect(createInPlaceSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(/ONNX Runtime: .*protobuf/i);
  });
});
