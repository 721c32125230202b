import { writeAtomic } from "@vaekit/export";
import { gridPng, interleave } from "@vaekit/infer/node";
import type { Command } from "commander";
import {
  type ConditionOptions,
  conditionsOfData,
  givenConditions,
  toldConditions,
  withConditionOptions,
} from "../condition.js";
import { checkOutput } from "../files.js";
import type { OutputFlags } from "../io.js";
import { openBundleData } from "../open.js";
import { positiveInteger } from "../options.js";
import { action, verb } from "../verb.js";

interface ReconstructOptions extends OutputFlags, ConditionOptions {
  out: string;
  count: number;
  force?: boolean;
}

/** Pairs in a row of the picture. */
const pairsAcross = 4;

export function reconstructVerb(): Command {
  const command = verb({
    usage: "reconstruct <bundle> <data>",
    summary:
      "Draw examples beside what the model makes of them: original left, reconstruction right; a conditional model is " +
      "told the data's own labels or columns, unless others are given",
    example: "vaekit reconstruct models/digits mnist:test --out pairs.png",
  })
    .requiredOption("--out <file>", "pairs.png")
    .option("--count <n>", "examples to draw", positiveInteger("--count"), 16)
    .option("--force", "replace --out");
  return withConditionOptions(command).action(
    action<ReconstructOptions>(async ([bundle, source], { out, count, force, ...options }, io) => {
      checkOutput(out, { force, endings: [".png"] });
      const { vae, data } = await openBundleData(bundle!, source!, count);
      try {
        const { condition } = vae.manifest;
        const given = await givenConditions(condition, options, data.count);
        const mean = await vae.reconstruct(data.values, {
          c: toldConditions(condition, given ?? conditionsOfData(condition, data)),
        });
        const pairs = interleave(
          { shape: mean.shape, values: data.values },
          { shape: mean.shape, values: mean.data },
        );
        await writeAtomic(out, gridPng(pairs, 2 * Math.min(pairsAcross, data.count)));
        io.result(
          { out, count: data.count },
          `${out}: ${data.count} pairs, original left, reconstruction right`,
        );
      } finally {
        await vae.dispose();
      }
    }),
  );
}
