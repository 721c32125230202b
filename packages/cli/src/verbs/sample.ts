import { writeAtomic } from "@vaekit/export";
import type { Command } from "commander";
import { writeArray } from "../arrays.js";
import { checkOutput } from "../files.js";
import type { OutputFlags } from "../io.js";
import { integerFromZero, numberFromZero, positiveInteger } from "../options.js";
import { gridPng } from "../picture.js";
import { action, verb } from "../verb.js";

interface SampleOptions extends OutputFlags {
  out: string;
  count: number;
  seed: number;
  temperature: number;
  force?: boolean;
}

export function sampleVerb(): Command {
  return verb({
    usage: "sample <bundle>",
    summary: "Decode draws from the prior",
    example: "vaekit sample models/digits --count 64 --seed 1 --out samples.png",
  })
    .requiredOption("--out <file>", "samples.png, or samples.npy for the numbers")
    .option("--count <n>", "how many", positiveInteger("--count"), 64)
    .option("--seed <n>", "decides the draws", integerFromZero("--seed"), 0)
    .option(
      "--temperature <t>",
      "scale of the draws: below 1 more typical, above 1 wilder",
      numberFromZero("--temperature"),
      1,
    )
    .option("--force", "replace --out")
    .action(
      action<SampleOptions>(async ([bundle], { out, count, seed, temperature, force }, io) => {
        const ending = checkOutput(out, { force, endings: [".npy", ".png"] });
        const { Vae } = await import("@vaekit/infer");
        const vae = await Vae.load(bundle!);
        try {
          const { x_mean } = await vae.sample(count, { seed, temperature });
          if (ending === ".png")
            await writeAtomic(out, gridPng({ shape: x_mean.shape, values: x_mean.data }));
          else await writeArray(out, x_mean, "x");
          io.result(
            { out, shape: x_mean.shape, seed, temperature },
            `${out}: ${count} samples, seed ${seed}`,
          );
        } finally {
          await vae.dispose();
        }
      }),
    );
}
