import type { Command } from "commander";
import { writeArray } from "../arrays.js";
import { checkOutput } from "../files.js";
import type { OutputFlags } from "../io.js";
import { openBundleData } from "../open.js";
import { positiveInteger } from "../options.js";
import { action, verb } from "../verb.js";

interface EncodeOptions extends OutputFlags {
  out: string;
  limit?: number;
  force?: boolean;
}

export function encodeVerb(): Command {
  return verb({
    usage: "encode <bundle> <data>",
    summary: "Encode data to posterior means, one row of latent numbers per example",
    example: "vaekit encode models/digits mnist:test --out z.npy",
  })
    .requiredOption("--out <file>", "z.npy or z.csv")
    .option("--limit <n>", "the first n examples only", positiveInteger("--limit"))
    .option("--force", "replace --out")
    .action(
      action<EncodeOptions>(async ([bundle, source], { out, limit, force }, io) => {
        checkOutput(out, { force, endings: [".npy", ".csv"] });
        const { vae, data } = await openBundleData(bundle!, source!, limit);
        try {
          const { mu } = await vae.encode(data.values);
          await writeArray(out, mu, "z");
          io.result({ out, shape: mu.shape }, `${out}: ${mu.shape.join(" x ")}`);
        } finally {
          await vae.dispose();
        }
      }),
    );
}
