import {
  encodeModel,
  exportOnnx,
  type InputSpecs,
  optimize,
  trace,
  type VerifyOptions,
  verify,
} from "@vaekit/export";
import { loadRuntime, type RuntimeTensor, type Session, VerificationError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { normal } from "./lower/values.ts";
import type { NamedFunction } from "./support.ts";

const weights = tf.tidy(() => tf.tensor2d(normal([4, 3]).data as Float32Array, [4, 3]));
const specs = { x: { shape: ["batch", 4] } } as const;
const network =
  (shift: number): NamedFunction =>
  ({ x }) => ({ y: tf.tanh(tf.matMul(x!, tf.add(weights, shift))), sum: tf.sum(x!, 1) });

async function sessionOf(fn: NamedFunction, inputs: InputSpecs = specs): Promise<Session> {
  const session = await (await loadRuntime()).createSession(encodeModel(optimize(trace(fn, inputs))));
  onTestFinished(() => session.dispose());
  return session;
}

/** The session, with what it was given noted, and what it gives changed. */
function spied(session: Session, change: (outputs: Record<string, RuntimeTensor>) => void = () => {}) {
  const given: Record<string, RuntimeTensor>[] = [];
  const run: Session["run"] = async (feeds) => {
    given.push({ ...feeds });
    const outputs = await session.run(feeds);
    change(outputs);
    return outputs;
  };
  return { session: { ...session, run }, given };
}

const failure = async (fn: NamedFunction, session: Session, options?: VerifyOptions) => {
  const error = await verify(fn, specs, session, { name: "encoder", ...options }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(VerificationError);
  return error as VerificationError;
};

describe("verify", () => {
  it("reports the error of each output, at batches 1, 7 and 64", async () => {
    const { session, given } = spied(await sessionOf(network(0)));
    const numTensors = tf.memory().numTensors;
    const report = await verify(network(0), specs, session);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(report).toMatchObject({ tolerance: 1e-5, batches: [1, 7, 64] });
    expect(Object.keys(report.outputs)).toEqual(["y", "sum"]);
    for (const { maxAbsolute, maxRelative } of Object.values(report.outputs)) {
      expect(maxAbsolute).toBeLessThan(1e-6);
      expect(maxRelative).toBeLessThan(1e-6);
    }
    expect(given.map(({ x }) => x!.shape)).toEqual([
      [1, 4],
      [7, 4],
      [64, 4],
    ]);
  });

  it("names outputs of which tfjs gave no finite number: nothing of them was compared", async () => {
    const half: NamedFunction = ({ x }) => ({
      y: tf.div(tf.zerosLike(x!), tf.zerosLike(x!)),
      sum: tf.sum(x!, 1),
    });
    const report = await verify(half, specs, await sessionOf(half));
    expect(report).toMatchObject({ uncompared: ["y"], outputs: { y: { maxRelative: 0 } } });
    expect(await verify(network(0), specs, await sessionOf(network(0)))).not.toHaveProperty("uncompared");
  });

  it("tells each run before it, and ends between two of them", async () => {
    const { session, given } = spied(await sessionOf(network(0)));
    const controller = new AbortController();
    const points: object[] = [];
    const onPoint = (sizes: object) => {
      points.push(sizes);
      if (points.length === 2) setImmediate(() => controller.abort(new Error("enough")));
    };
    await expect(verify(network(0), specs, session, { signal: controller.signal, onPoint })).rejects.toThrow(
      "enough",
    );
    expect(points).toEqual([{ batch: 1 }, { batch: 7 }]);
    expect(given).toHaveLength(1);
  });

  it("samples that tfjs cannot run on are the data's fault, not the model's", async () => {
    const table = tf.tidy(() => tf.keep(tf.ones([5, 2])));
    onTestFinished(() => table.dispose());
    const words: InputSpecs = { x: { shape: ["batch", 2], dtype: "int32" } };
    const look: NamedFunction = ({ x }) => ({ y: tf.gather(table as tf.Tensor2D, tf.cast(x!, "int32")) });
    const session = await sessionOf(look, words);
    const samples = { x: Int32Array.of(0, 9) };
    const options = { samples, random: false };
    await expect(verify(look, words, session, options)).rejects.toMatchObject({
      code: "DATA",
      message: expect.stringMatching(/tfjs cannot run on the samples .*index value 9/),
    });
  });

  it("a limit of the user's below float32's own is named as the reason", async () => {
    const session = await sessionOf(network(0));
    const error = await failure(network(1e-4), session, { tolerance: 1e-9 });
    expect(error.message).toMatch(/The limit is the one that was given .*Allow more\.$/);
    expect(error.details).toMatchObject({ tolerance: 1e-9, outputs: { y: {} } });
    expect((await failure(network(0.1), session)).message).toMatch(/Please report it with the model\.$/);
  });

  it("its inputs follow from the seed", async () => {
    const { session, given } = spied(await sessionOf(network(0)));
    for (const seed of [3, 3, 4]) await verify(network(0), specs, session, { seed, batches: [2] });
    expect(given[1]).toEqual(given[0]);
    expect(given[2]).not.toEqual(given[0]);
  });

  it("weights that differ by 1e-3 fail with exit code 4, and the error lists the outputs that differ", async () => {
    const error = await failure(network(0), await sessionOf(network(1e-3)));
    expect(error.exitCode).toBe(4);
    expect(error.message).toMatch(
      /^encoder: 1 of 2 outputs differ from tfjs by more than 0.00001\n {2}y: largest relative/,
    );
    expect(error.message).not.toContain("sum:");
  });

  it("passes the same weights where so much is tolerated, and says how much it was", async () => {
    const report = await verify(network(0), specs, await sessionOf(network(1e-3)), { tolerance: 0.1 });
    expect(report.outputs.y!.maxRelative).toBeGreaterThan(1e-4);
    expect(report.outputs.sum!.maxRelative).toBeLessThan(1e-6);
  });

  it("another shape fails", async () => {
    const flat: NamedFunction = (inputs) => ({ ...network(0)(inputs), sum: tf.sum(inputs.x!, 1, true) });
    const error = await failure(flat, await sessionOf(network(0)));
    expect(error.message).toBe("encoder: output sum is [1], tfjs gives [1,1]");
  });

  it("another dtype fails", async () => {
    const whole: NamedFunction = ({ x }) => ({ y: tf.cast(tf.round(x!), "int32") });
    const error = await failure(({ x }) => ({ y: tf.round(x!) }), await sessionOf(whole));
    expect(error.message).toBe("encoder: output y is int32, tfjs gives float32");
  });

  it("a missing output fails", async () => {
    const error = await failure(network(0), await sessionOf(({ x }) => ({ y: network(0)({ x: x! }).y! })));
    expect(error.message).toBe("encoder: output sum is missing, tfjs gives [1]");
  });

  it("a batch that broadcasting hides fails at the sizes that show it", async () => {
    const bias = tf.tidy(() => tf.tensor2d([[1], [2], [3]]));
    const rows: NamedFunction = ({ x }) => ({ y: tf.mul(x!, tf.slice(bias, [0, 0], [1, 1])) });
    const { session } = spied(await sessionOf(rows), (outputs) => {
      if (outputs.y!.shape[0]! > 1) outputs.y!.data[4] = Number(outputs.y!.data[4]) + 1;
    });
    await expect(verify(rows, specs, session, { batches: [1] })).resolves.toBeDefined();
    await failure(rows, session);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("a %s that only one side has fails", async (value) => {
    const { session } = spied(await sessionOf(network(0)), ({ y }) => {
      y!.data[0] = value;
    });
    expect((await failure(network(0), session)).message).toContain("y: largest relative error Infinity");
  });

  it("equal NaNs and infinities are equal", async () => {
    const fn: NamedFunction = ({ x }) => ({
      y: tf.log(tf.mul(x!, 0)),
      z: tf.sqrt(tf.sub(-1, tf.square(x!))),
    });
    const { outputs } = await verify(fn, specs, await sessionOf(fn));
    expect(outputs).toEqual({ y: { maxAbsolute: 0, maxRelative: 0 }, z: { maxAbsolute: 0, maxRelative: 0 } });
  });

  it("real samples show what random ones do not", async () => {
    const [fn, session] = [
      ({ x }) => ({ y: tf.relu(x!) }),
      await sessionOf(({ x }) => ({ y: tf.relu6(x!) })),
    ] as [NamedFunction, Session];
    await expect(verify(fn, specs, session)).resolves.toBeDefined();
    await failure(fn, session, { samples: { x: Float32Array.of(1, 2, 3, 100) } });
  });

  it("samples repeat to fill a batch", async () => {
    const { session, given } = spied(await sessionOf(network(0)));
    await verify(network(0), specs, session, {
      batches: [3],
      samples: { x: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    });
    expect([...(given[1]!.x!.data as Float32Array)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4]);
  });

  it("draws pixels, integers and bools as the function takes them", async () => {
    const inputs: InputSpecs = {
      pixels: { shape: ["batch", 40], storage: "uint8" },
      count: { shape: ["batch", 40], dtype: "int32" },
      flag: { shape: ["batch", 40], dtype: "bool" },
    };
    const fn: NamedFunction = ({ pixels, count, flag }) => ({
      y: tf.where(flag!, pixels!, tf.cast(count!, "float32")),
    });
    const { session, given } = spied(await sessionOf(fn, inputs));
    await verify(fn, inputs, session, { batches: [9] });
    const { pixels, count, flag } = given[0] as Record<string, RuntimeTensor>;
    expect([pixels, count, flag].map((tensor) => tensor!.dtype)).toEqual(["uint8", "int32", "bool"]);
    expect(Math.max(...(pixels!.data as Uint8Array))).toBeGreaterThan(200);
    expect(new Set(flag!.data as Uint8Array)).toEqual(new Set([0, 1]));
  });

  it("runs other symbolic dimensions at sizes that are never traced, out of step, each size once", async () => {
    const inputs: InputSpecs = { x: { shape: ["batch", "height", "width"] } };
    const fn: NamedFunction = ({ x }) => ({ y: tf.mean(x!, [1, 2]) });
    const { session, given } = spied(await sessionOf(fn, inputs));
    const report = await verify(fn, inputs, session);
    expect(given.map(({ x }) => x!.shape)).toEqual([
      [1, 66, 18],
      [7, 33, 66],
      [64, 18, 33],
    ]);
    expect(report.sizes).toEqual([
      { batch: 1, height: 66, width: 18 },
      { batch: 7, height: 33, width: 66 },
      { batch: 64, height: 18, width: 33 },
    ]);
    const chosen = await verify(fn, inputs, session, { batches: [2], sizes: { width: [5, 6, 7, 8] } });
    expect(chosen.sizes!.map(({ width }) => width).sort()).toEqual([5, 6, 7, 8]);
  });

  it.each([
    [{ depth: [3] }, /sizes names the dimension "depth", which no input has; there are none but the batch/],
    [{ batch: [3] }, /sizes names the dimension "batch"/],
  ])("refuses sizes %o", async (sizes, message) => {
    const session = await sessionOf(network(0));
    await expect(verify(network(0), specs, session, { sizes })).rejects.toThrow(message);
  });
});

it("a function that assigns to a variable is verified from the same values each time, and leaves them", async () => {
  const held = tf.variable(tf.tensor([1, 2, 3]), true, "verify/held");
  const fn = ({ x }: Record<string, tf.Tensor>) => {
    held.assign(tf.mul(held, 2));
    return { y: tf.add(x!, held) };
  };
  const { report } = await exportOnnx({ name: "assigning", fn, inputs: { x: { shape: ["batch", 3] } } });
  expect(report.verified!.node!.outputs.y!.maxRelative).toBeLessThan(1e-6);
  expect([...held.dataSync()]).toEqual([1, 2, 3]);
  held.dispose();
});
