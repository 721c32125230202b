import type { Command } from "commander";
import { writeArray } from "../arrays.js";
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

interface EncodeOptions extends OutputFlags, ConditionOptions {
  out: string;
  limit?: number;
  force?: boolean;
}

export function encodeVerb(): Command {
  const command = verb({
    usage: "encode <bundle> <data>",
    summary:
      "Encode data to posterior means, one row of latent numbers per example; a conditional model is told the data's " +
      "own labels or columns, unless others are given",
    example: "vaekit encode models/digits mnist:test --out z.npy",
  })
    .requiredOption("--out <file>", "z.npy or z.csv")
    .option("--limit <n>", "the first n examples only", positiveInteger("--limit"))
    .option("--force", "replace --out");
  return withConditionOptions(command).action(
    action<EncodeOptions>(async ([bundle, source], { out, limit, force, ...options }, io) => {
      checkOutput(out, { force, endings: [".npy", ".csv"] });
      const { vae, data } = await openBundleData(bundle!, source!, limit);
      try {
        const { condition } = vae.manifest;
        const given = await givenConditions(condition, options, data.count);
        const { mu } = await vae.encode(data.values, {
          c: toldConditions(condition, given ?? conditionsOfData(condition, data)),
        });
        await writeArray(out, mu, "z");
        io.result({ out, shape: mu.shape }, `${out}: ${mu.shape.join(" x ")}`);
      } finally {
        await vae.dispose();
      }
    }),
  );
}
