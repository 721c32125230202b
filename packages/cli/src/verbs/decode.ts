import { writeAtomic } from "@vaekit/export";
import { gridPng } from "@vaekit/infer/node";
import type { Command } from "commander";
import { readRows, writeArray } from "../arrays.js";
import {
  type ConditionOptions,
  givenConditions,
  toldConditions,
  withConditionOptions,
} from "../condition.js";
import { checkOutput } from "../files.js";
import type { OutputFlags } from "../io.js";
import { openDecoder } from "../open.js";
import { action, verb } from "../verb.js";

interface DecodeOptions extends OutputFlags, ConditionOptions {
  out: string;
  force?: boolean;
}

export function decodeVerb(): Command {
  const command = verb({
    usage: "decode <bundle> <z>",
    summary: "Decode rows of latent numbers to the mean of their data",
    example: "vaekit decode models/digits z.npy --out grid.png",
  })
    .requiredOption("--out <file>", "x.npy, or grid.png for pictures")
    .option("--force", "replace --out");
  return withConditionOptions(command).action(
    action<DecodeOptions>(async ([bundle, codes], { out, force, ...options }, io) => {
      const ending = checkOutput(out, { force, endings: [".npy", ".png"] });
      const z = await readRows(codes!);
      const vae = await openDecoder(bundle!);
      try {
        const { condition } = vae.manifest;
        const c = toldConditions(condition, await givenConditions(condition, options, z.length));
        const { x_mean } = await vae.decode(z, { c });
        if (ending === ".png") await writeAtomic(out, gridPng({ shape: x_mean.shape, values: x_mean.data }));
        else await writeArray(out, x_mean, "x");
        io.result({ out, shape: x_mean.shape }, `${out}: ${x_mean.shape.join(" x ")}`);
      } finally {
        await vae.dispose();
      }
    }),
  );
}
