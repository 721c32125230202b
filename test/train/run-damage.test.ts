import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VaekitError } from "@vaekit/infer";
import { loadRun, RunError } from "@vaekit/train";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flat } from "./jobs.ts";
import {
  checkpoints,
  goOn,
  newestCheckpoint,
  place,
  stepsPerEpoch,
  stopAfter,
  train,
} from "./run-directories.ts";

function flip(path: string, share: number): void {
  const bytes = readFileSync(path);
  bytes[Math.floor(share * (bytes.length - 1))]! ^= 4;
  writeFileSync(path, bytes);
}

const damages: [string, (path: string) => void][] = [
  ["truncated", (path) => truncateSync(path, 1000)],
  ["cut by one byte", (path) => truncateSync(path, readFileSync(path).length - 1)],
  ["emptied", (path) => truncateSync(path, 0)],
  ["flipped in its first byte", (path) => flip(path, 0)],
  ["flipped in its header", (path) => flip(path, 0.05)],
  ["flipped in its middle", (path) => flip(path, 0.5)],
  ["flipped in its last byte", (path) => flip(path, 1)],
  ["another file's contents", (path) => writeFileSync(path, "{}")],
];

describe("a checkpoint that is damaged", () => {
  it.each(damages)(
    "(%s) is skipped for the one before, with a warning, and the run ends as it would have",
    async (_, damage) => {
      const out = place();
      await train(out);
      const whole = newestCheckpoint(out);
      const [before, newest] = checkpoints(out) as [string, string];
      damage(newest);
      const warnings: string[] = [];
      const loaded = await loadRun(out, { onWarning: (message) => warnings.push(message) });
      expect(loaded.stopped).toBe(true);
      loaded.vae.dispose();
      expect(warnings).toEqual([expect.stringContaining(`Using the one before: ${before}`)]);
      expect(warnings[0]).toContain(newest);

      const told: string[] = [];
      await goOn(out, { onEvent: (event) => void (event.type === "warning" && told.push(event.message)) });
      expect(told.filter((message) => message.includes("Using the one before")).length).toBe(1);
      expect(newestCheckpoint(out)).toEqual(whole);
    },
  );

  it("is skipped where a directory has its name", async () => {
    const out = place();
    await train(out);
    const [before, newest] = checkpoints(out) as [string, string];
    rmSync(newest);
    mkdirSync(newest);
    const warnings: string[] = [];
    const { vae } = await loadRun(out, { onWarning: (message) => warnings.push(message) });
    vae.dispose();
    expect(warnings).toEqual([`${newest}: cannot be read (EISDIR). Using the one before: ${before}`]);
  });

  it("goes when the run that was resumed from before it writes its next", async () => {
    const out = place();
    await train(out);
    truncateSync(checkpoints(out).at(-1)!, 1000);
    await goOn(out, stopAfter(2 * stepsPerEpoch + 2));
    const steps = checkpoints(out).map((path) => Number(/step-(\d+)/.exec(path)![1]));
    expect(steps).toEqual([2 * stepsPerEpoch + 1, 2 * stepsPerEpoch + 2]);
  });

  it("is a RunError where none is whole", async () => {
    const out = place();
    await train(out);
    for (const path of checkpoints(out)) flip(path, 0.7);
    const warnings: string[] = [];
    const loading = loadRun(out, { onWarning: (message) => warnings.push(message) });
    await expect(loading).rejects.toThrow(RunError);
    await expect(goOn(out)).rejects.toThrow(
      "no checkpoint that is whole. Start the run again with `vaekit train`.",
    );
    expect(warnings.length).toBe(2);
    expect(warnings[1]).toContain("There is none before it.");
  });

  it("is a RunError where there is none", async () => {
    const out = place();
    await train(out);
    rmSync(join(out, "checkpoints"), { recursive: true });
    await expect(goOn(out)).rejects.toThrow(RunError);
    await expect(loadRun(out)).rejects.toThrow(
      "checkpoints: no checkpoint. Start the run again with `vaekit train`.",
    );
  });

  it("of another model is a RunError that names the tensor", async () => {
    const out = place();
    await train(out);
    const config = JSON.parse(readFileSync(join(out, "config.json"), "utf8"));
    config.model.hidden = [13];
    writeFileSync(join(out, "config.json"), JSON.stringify(config));
    for (const attempt of [() => loadRun(out), () => goOn(out)]) {
      await expect(attempt()).rejects.toThrow(RunError);
      await expect(attempt()).rejects.toThrow(
        /the checkpoint has 360 values for (weights\/)?encoder\/hidden_1\/kernel, the model 390/,
      );
    }
  });
});

describe("best.safetensors that is damaged", () => {
  it.each(damages)("(%s) is a RunError that says what to do", async (_, damage) => {
    const out = place();
    await train(out, { epochs: 4, patience: 2, ...stopAfter(stepsPerEpoch + 1) });
    const path = join(out, "best.safetensors");
    damage(path);
    for (const attempt of [() => loadRun(out), () => goOn(out)]) {
      const error = await attempt().catch((reason) => reason);
      expect(error).toBeInstanceOf(RunError);
      expect(error.message).toContain(path);
      expect(error.message).toContain("Remove it to use the newest checkpoint.");
    }
  });
});

describe("config.json that is damaged", () => {
  const change = (fields: object) => (text: string) => JSON.stringify({ ...JSON.parse(text), ...fields });
  it.each<[string, (text: string) => string, string]>([
    ["not JSON", () => "{", "config.json: not JSON"],
    ["empty", () => "", "config.json: not JSON"],
    ["null", () => "null", "not the configuration of a vaekit run"],
    ["something else", () => "{}", "not the configuration of a vaekit run\n  format: "],
    [
      "of a later version",
      change({ version: 3 }),
      "run version 3, this vaekit reads version 2. Update vaekit.",
    ],
    [
      "of an earlier version",
      change({ version: 1 }),
      "run version 1, this vaekit reads version 2. Train it again: `vaekit train`.",
    ],
    ["without a model", change({ model: null }), "\n  model: "],
    ["with an unknown optimizer", change({ optimizer: "adma" }), "\n  optimizer: "],
    ["with an unknown objective", change({ objective: 3 }), "\n  objective: "],
    ["with a batch of 0", change({ batch: 0 }), "\n  batch: "],
    ["with a seed that is no integer", change({ seed: 0.5 }), "\n  seed: "],
  ])("(%s) is a RunError that says where", async (_, damage, message) => {
    const out = place();
    await train(out, { epochs: 1 });
    const path = join(out, "config.json");
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    for (const attempt of [() => loadRun(out), () => goOn(out)]) {
      const error = await attempt().catch((reason) => reason);
      expect(error).toBeInstanceOf(RunError);
      expect(error.message).toContain(path);
      expect(error.message).toContain(message);
    }
  });

  it("(any byte of it) is a VaekitError, or harmless", async () => {
    const out = place();
    await train(out, { epochs: 1 });
    const path = join(out, "config.json");
    const text = new Uint8Array(readFileSync(path));
    const byte = fc.oneof(
      fc.nat({ max: 255 }),
      fc.constantFrom(...new TextEncoder().encode('0123456789-.ex",:[]{} ')),
    );
    const seen = { harmless: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: text.length - 1 }), byte, async (at, value) => {
        const changed = text.slice();
        changed[at] = value;
        writeFileSync(path, changed);
        try {
          (await loadRun(out)).vae.dispose();
          seen.harmless += 1;
        } catch (error) {
          if (!(error instanceof VaekitError)) throw error;
          seen.refused += 1;
        }
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(Math.min(seen.harmless, seen.refused)).toBeGreaterThan(0);
  });
});

describe("other files of a run", () => {
  it.each(["metrics.jsonl", "latents.json"])(
    "%s that is damaged is a RunError that says what to do",
    async (name) => {
      const out = place();
      await train(out);
      writeFileSync(join(out, name), "{ damaged\n");
      for (const attempt of [() => loadRun(out), () => goOn(out)]) {
        await expect(attempt()).rejects.toThrow(RunError);
        await expect(attempt()).rejects.toThrow(
          new RegExp(`${name}: damaged \\(.+\\)\\. .*and try again\\.`),
        );
      }
    },
  );

  it("metrics of an epoch that the newest whole checkpoint has not reached are dropped", async () => {
    const out = place();
    await train(out);
    const [, newest] = checkpoints(out) as [string, string];
    rmSync(newest);
    const loaded = await loadRun(out);
    expect(loaded.metrics.map(({ step }) => step)).toEqual([stepsPerEpoch, 2 * stepsPerEpoch]);
    expect(flat(loaded.vae.readWeights()).length).toBeGreaterThan(0);
    loaded.vae.dispose();
  });
});
