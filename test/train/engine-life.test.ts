import { DisposedError } from "@vaekit/infer";
import { createEngine, type EngineName, type OptimizerName, optimizers, tf, whyMissing } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { batchAt, engineOf, flat, smallJob, takeSteps } from "./jobs.ts";

const names: EngineName[] = ["compiled", "cpu", "wasm", "tfjs-node"];
const missing = await whyMissing("tfjs-node");

for (const name of names) {
  const why = name === "tfjs-node" ? missing : null;
  describe.skipIf(why)(`engine ${name}${why ? ` (skipped: ${why})` : ""}`, () => {
    it("starts from the Vae's weights, with slots of zeros", async () => {
      const job = smallJob();
      const engine = await createEngine(name, job);
      const state = await engine.readState();
      await engine.dispose();
      for (const [parameter, values] of Object.entries(job.vae.readWeights()))
        expect(state[`weights/${parameter}`]).toEqual(values);
      for (const slot of ["M", "V"]) {
        expect(flat(state, `${slot}/`).length).toBe(flat(state, "weights/").length);
        expect(flat(state, `${slot}/`).every((value) => value === 0)).toBe(true);
      }
    });

    it.each(Object.keys(optimizers) as OptimizerName[])(
      "goes on from a state as if it had never stopped (%s)",
      async (optimizer) => {
        const first = await engineOf(name, { optimizer });
        await takeSteps(first, 3);
        const held = await first.readState();
        const second = await engineOf(name, { optimizer, seed: 99 });
        await takeSteps(second, 1);
        await second.writeState(held);
        expect(flat(await second.readState())).toEqual(flat(held));
        const after = { first: 4 };
        expect(await takeSteps(second, 3, after)).toEqual(await takeSteps(first, 3, after));
        expect(flat(await second.readState())).toEqual(flat(await first.readState()));
      },
    );

    it("gives and takes copies of its state", async () => {
      const engine = await engineOf(name);
      const state = await engine.readState();
      const before = flat(state);
      for (const values of Object.values(state)) values.fill(7);
      expect(flat(await engine.readState())).toEqual(before);
      await engine.writeState(state);
      for (const values of Object.values(state)) values.fill(8);
      expect(flat(await engine.readState()).every((value) => value === 7)).toBe(true);
    });

    it("leaves its batch and noise as they are", async () => {
      const engine = await engineOf(name, { binarize: true });
      const [batch, noise] = batchAt(1, { binarize: true });
      await engine.step(batch, noise, { step: 1, learningRate: 1e-3, beta: 1 });
      await engine.evaluate(batch, noise);
      expect([batch, noise]).toEqual(batchAt(1, { binarize: true }));
    });

    it("makes no tensors that outlive a step, an evaluation, a read or a write", async () => {
      const engine = await engineOf(name);
      await takeSteps(engine, 1);
      const { numTensors } = tf.memory();
      await takeSteps(engine, 3, { first: 2 });
      await engine.evaluate(...batchAt(1));
      await engine.writeState(await engine.readState());
      expect(tf.memory().numTensors).toBe(numTensors);
    });

    it("leaves no tensors behind, and may be disposed of twice", async () => {
      const job = smallJob();
      const { numTensors } = tf.memory();
      const engine = await createEngine(name, job);
      await takeSteps(engine, 2);
      await engine.dispose();
      await engine.dispose();
      expect(tf.memory().numTensors).toBe(numTensors);
    });

    it("throws DisposedError after dispose", async () => {
      const engine = await engineOf(name);
      const state = await engine.readState();
      await engine.dispose();
      const [batch, noise] = batchAt(1);
      await expect(engine.step(batch, noise, { step: 1, learningRate: 1e-3, beta: 1 })).rejects.toThrow(
        DisposedError,
      );
      await expect(engine.evaluate(batch, noise)).rejects.toThrow(DisposedError);
      await expect(engine.readState()).rejects.toThrow(DisposedError);
      await expect(engine.writeState(state)).rejects.toThrow("this engine was disposed; create it again");
    });

    it("leaves tfjs's backend as it was", async () => {
      const before = tf.getBackend();
      await takeSteps(await engineOf(name), 1);
      expect(tf.getBackend()).toBe(before);
    });
  });
}

describe("the compiled engine", () => {
  it("lets the event loop turn between steps", async () => {
    const engine = await engineOf("compiled");
    let turns = 0;
    let running = true;
    const turn = () => {
      turns += 1;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    const seen: number[] = [];
    for (let step = 1; step <= 10; step++) {
      await takeSteps(engine, 1, { first: step });
      seen.push(turns);
    }
    running = false;
    for (let i = 1; i < seen.length; i++)
      expect(seen[i]!, `turns by step ${i + 1}`).toBeGreaterThan(seen[i - 1]!);
  });
});
