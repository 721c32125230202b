import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeTensors } from "@vaekit/export";
import {
  createEngine,
  createJob,
  evaluateElbo,
  type FitEvent,
  type FitOptions,
  loadRun,
  type Run,
} from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { splitIndices } from "../../packages/train/src/split.ts";
import { flat } from "./jobs.ts";
import {
  checkpoints,
  data,
  goOn,
  newestCheckpoint,
  numbers,
  place,
  settings,
  stopAfter,
  train,
} from "./run-directories.ts";

/** Learns fast, and after a few epochs by heart. */
const overfitting = {
  epochs: 60,
  batch: 12,
  validation: 72,
  learningRate: 0.03,
  patience: 4,
} as const satisfies FitOptions;
/** Updates that do not move a float32 weight: every epoch's validation ELBO is the first one's. */
const still = { learningRate: 1e-30, epochs: 12, patience: 2 } as const satisfies FitOptions;

async function load(out: string): Promise<Run> {
  const run = await loadRun(out);
  onTestFinished(() => run.vae.dispose());
  return run;
}

/** The validation ELBO of the weights that a Vae has, by an engine that knows nothing of the run. */
async function elboOf({ vae, config }: Run) {
  const binarize = config.binarize === "dynamic";
  const engine = await createEngine("compiled", createJob(vae, { rows: config.batch, binarize }));
  onTestFinished(() => engine.dispose());
  const { validation } = splitIndices(data.count, config.validation.count, config.seed);
  return evaluateElbo(engine, vae, data, validation, { seed: config.seed, binarize });
}

/** The weights of the newest checkpoint's last step, by the parameters' names. */
function weightsOfNewest(out: string): [string, Float32Array][] {
  const path = checkpoints(out).at(-1)!;
  const { tensors } = decodeTensors(new Uint8Array(readFileSync(path)), path);
  return Object.entries(tensors)
    .filter(([name]) => name.startsWith("weights/"))
    .map(([name, { data: values }]) => [name.slice("weights/".length), values as Float32Array]);
}

/** A signal that fires after an epoch. */
function stopAfterEpoch(epoch: number): Pick<FitOptions, "signal" | "onEvent"> {
  const controller = new AbortController();
  const onEvent = (event: FitEvent) => {
    if (event.type === "checkpoint" && event.path.includes(`-${String(9 * epoch).padStart(9, "0")}`)) {
      controller.abort();
    }
  };
  return { signal: controller.signal, onEvent };
}

describe("a run with patience", () => {
  it("ends after so many epochs without a better one, with the best one's weights", async () => {
    const out = place();
    const events: FitEvent[] = [];
    const run = await train(out, { ...overfitting, onEvent: (event) => events.push(event) });
    const elbos = run.metrics.map(({ validation }) => validation!.elbo);
    const best = elbos.indexOf(Math.max(...elbos)) + 1;
    expect(run.metrics.length).toBeLessThan(overfitting.epochs);
    expect(run.metrics.length).toBe(best + overfitting.patience);
    expect(run).toMatchObject({ bestEpoch: best, stopped: false });
    expect(events.find(({ type }) => type === "early-stop")).toEqual({
      type: "early-stop",
      epoch: run.metrics.length,
      best,
    });
    const { metrics, statistics } = await elboOf(run);
    expect(metrics).toEqual(run.metrics[best - 1]!.validation);
    expect(statistics).toEqual(run.statistics);

    const loaded = await load(out);
    expect(flat(loaded.vae.readWeights())).toEqual(flat(run.vae.readWeights()));
    expect(flat(loaded.vae.readWeights())).not.toEqual(flat(Object.fromEntries(weightsOfNewest(out))));
    expect(loaded).toMatchObject({ bestEpoch: best, stopped: false });
    expect(loaded.statistics).toEqual(run.statistics);
  });

  it.each([
    [31, {}],
    [2 * 4, { ema: 0.8 }],
    [19, { ema: 0.9, rate: { kind: "plateau", patience: 1, threshold: 0.1 }, binarize: "dynamic" }],
  ] as [number, FitOptions][])(
    "stopped after update %d and resumed is bit for bit one that was not: %j",
    async (stop, options) => {
      const [whole, broken] = [place(), place()];
      const expected = await train(whole, { ...overfitting, ...options });
      await train(broken, { ...overfitting, ...options, ...stopAfter(stop) });
      const resumed = await goOn(broken);
      expect(resumed.bestEpoch).toBe(expected.bestEpoch);
      expect(numbers(resumed.metrics)).toEqual(numbers(expected.metrics));
      expect(flat(resumed.vae.readWeights())).toEqual(flat(expected.vae.readWeights()));
      expect(resumed.statistics).toEqual(expected.statistics);
      expect(newestCheckpoint(broken)).toEqual(newestCheckpoint(whole));
      expect(flat((await load(broken)).vae.readWeights())).toEqual(flat(expected.vae.readWeights()));
      const { metrics } = await elboOf(resumed);
      expect(metrics).toEqual(expected.metrics[expected.bestEpoch! - 1]!.validation);
    },
  );

  it("does not count the epochs of a warm-up, nor take a run that was stopped in it for finished", async () => {
    const options = { ...still, warmup: 5 } as const;
    const run = await train(place(), options);
    // Settled from epoch 6 on: that is the first that can be the best, and the next two are not better.
    expect(run.metrics.length).toBe(8);
    expect(run).toMatchObject({ bestEpoch: 6, stopped: false });

    const out = place();
    const stopped = await train(out, { ...options, ...stopAfterEpoch(4) });
    expect(stopped.metrics.length).toBe(4);
    // Until then the newest stands in for the best.
    expect(stopped).toMatchObject({ bestEpoch: 4, stopped: true });
    expect(await load(out)).toMatchObject({ bestEpoch: 4, stopped: true });
    const resumed = await goOn(out);
    expect(resumed.metrics.length).toBe(8);
    expect(resumed.stopped).toBe(false);
    expect(await load(out)).toMatchObject({ bestEpoch: 6, stopped: false });
  });

  it("never keeps the weights of an unfinished schedule, whose unweighted ELBO is the best", async () => {
    const capacity = { nats: 30, epochs: 4 };
    const options = { ...overfitting, epochs: 9, beta: 30, capacity, patience: 3 };
    const run = await train(place(), options);
    const elbos = run.metrics.map(({ validation }) => validation!.elbo);
    expect(elbos.indexOf(Math.max(...elbos))).toBeLessThan(4);
    expect(run.bestEpoch).toBe(elbos.indexOf(Math.max(...elbos.slice(4))) + 1);
  });

  it("follows the reconstruction where nothing trains the KL", async () => {
    const run = await train(place(), { ...overfitting, epochs: 8, objective: "ae", learningRate: 0.1 });
    const at = (of: "reconstruction" | "kl") => run.metrics.map(({ validation }) => validation![of]);
    const losses = at("reconstruction");
    expect(run.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    const negative = at("kl").map((kl, i) => kl + losses[i]!);
    expect(run.bestEpoch).not.toBe(negative.indexOf(Math.min(...negative)) + 1);
  });

  it("that is over goes no further when it is resumed", async () => {
    const out = place();
    await train(out, still);
    const again = await goOn(out);
    expect(again.metrics.length).toBe(3);
    expect(again.stopped).toBe(false);
  });

  it("keeps no best weights where it has no patience", async () => {
    const out = place();
    const run = await train(out, { ...settings, ema: 0.8 });
    expect(run.bestEpoch).toBeNull();
    expect(existsSync(join(out, "best.safetensors"))).toBe(false);
    // Validated and kept are the averages, not the weights of the last step.
    const state = new Map(weightsOfNewest(out));
    expect(run.vae.readWeights()["encoder/mu/kernel"]).not.toEqual(state.get("encoder/mu/kernel"));
    expect((await elboOf(run)).metrics).toEqual(run.metrics.at(-1)!.validation);
    expect(flat((await load(out)).vae.readWeights())).toEqual(flat(run.vae.readWeights()));
  });

  it("whose best weights are gone has those of its newest checkpoint", async () => {
    const out = place();
    await train(out, overfitting);
    rmSync(join(out, "best.safetensors"));
    const warnings: string[] = [];
    const loaded = await loadRun(out, { onWarning: (message) => warnings.push(message) });
    onTestFinished(() => loaded.vae.dispose());
    expect(loaded.bestEpoch).toBeNull();
    expect(flat(loaded.vae.readWeights())).toEqual(flat(Object.fromEntries(weightsOfNewest(out))));
    const missing =
      /best\.safetensors is missing, .* of epoch \d+, the best; those of the newest checkpoint are used$/;
    expect(warnings).toEqual([expect.stringMatching(missing)]);
    const told: string[] = [];
    await goOn(out, { onEvent: (event) => void (event.type === "warning" && told.push(event.message)) });
    expect(told).toContainEqual(expect.stringMatching(missing));
  });

  it("whose best weights are not there yet warns of nothing", async () => {
    const out = place();
    await train(out, { ...overfitting, ...stopAfter(4) });
    const warnings: string[] = [];
    (await loadRun(out, { onWarning: (message) => warnings.push(message) })).vae.dispose();
    expect(warnings).toEqual([]);
  });
});
