import { writeAtomic } from "@vaekit/export";
import { type Condition, type Conditions, NdArray } from "@vaekit/infer";
import { gridPng } from "@vaekit/infer/node";
import type { Command } from "commander";
import { writeArray } from "../arrays.js";
import {
  type ConditionOptions,
  givenConditions,
  toldConditions,
  withConditionOptions,
} from "../condition.js";
import { checkOutput } from "../files.js";
import type { OutputFlags } from "../io.js";
import { openDecoder } from "../open.js";
import { integerFromZero, numberFromZero, positiveInteger } from "../options.js";
import { action, verb } from "../verb.js";

interface SampleOptions extends OutputFlags, ConditionOptions {
  out: string;
  count?: number;
  seed: number;
  temperature: number;
  force?: boolean;
}

const defaultCount = 64;
const defaultOfEach = 8;

export function sampleVerb(): Command {
  const command = verb({
    usage: "sample <bundle>",
    summary:
      "Decode draws from the prior. A model conditional on labels, told none, draws as many of each, or one more of the " +
      "first where --count is no multiple; a picture has a row for each label where it is one",
    example: "vaekit sample models/digits --count 64 --seed 1 --out samples.png",
  })
    .requiredOption("--out <file>", "samples.png, or samples.npy for the numbers")
    .option(
      "--count <n>",
      "how many (default: 64; 8 of each label; as many as --c has)",
      positiveInteger("--count"),
    )
    .option("--seed <n>", "decides the draws", integerFromZero("--seed"), 0)
    .option(
      "--temperature <t>",
      "scale of the draws: below 1 more typical, above 1 wilder; a codebook has none",
      numberFromZero("--temperature"),
      1,
    )
    .option("--force", "replace --out");
  return withConditionOptions(command).action(
    action<SampleOptions>(async ([bundle], { out, seed, temperature, force, ...options }, io) => {
      const ending = checkOutput(out, { force, endings: [".npy", ".png"] });
      const vae = await openDecoder(bundle!);
      try {
        const { condition } = vae.manifest;
        const { count, c, across } = await plan(condition, options);
        const { x_mean } = await vae.sample(count, { seed, temperature, c });
        if (ending === ".png")
          await writeAtomic(out, gridPng({ shape: x_mean.shape, values: x_mean.data }, across));
        else await writeArray(out, x_mean, "x");
        const labels = labelsOf(condition, c, count);
        io.result(
          { out, shape: x_mean.shape, seed, temperature, ...(labels && { labels }) },
          `${out}: ${count} samples, seed ${seed}${labels ? `, ${describeLabels(labels)}` : ""}`,
        );
      } finally {
        await vae.dispose();
      }
    }),
  );
}

/** How many samples, of what, and how many stand side by side in a picture. */
async function plan(
  condition: Condition | null,
  { count, ...options }: ConditionOptions & { count?: number },
): Promise<{ count: number; c?: Conditions; across?: number }> {
  const given = await givenConditions(condition, options, count ?? defaultCount);
  if (given || condition?.kind !== "labels") {
    const rows = given instanceof NdArray ? given.length : (given?.length ?? 1);
    const ofFile = options.c !== undefined && rows > 1 ? rows : defaultCount;
    return { count: count ?? ofFile, c: toldConditions(condition, given) };
  }
  const { classes } = condition;
  const all = count ?? defaultOfEach * classes;
  const c = evenLabels(all, classes);
  return { count: all, c, across: all % classes === 0 ? all / classes : undefined };
}

/** Labels 0, 0, ..., 1, 1, ...: as many of each, or one more of the first where they do not divide the count. */
function evenLabels(count: number, classes: number): number[] {
  const each = Math.floor(count / classes);
  const more = count % classes;
  return Array.from({ length: classes }, (_, label) =>
    new Array<number>(each + Number(label < more)).fill(label),
  ).flat();
}

/** Each sample's label; null where the model is told something else. */
function labelsOf(condition: Condition | null, c: Conditions | undefined, count: number): number[] | null {
  if (condition?.kind !== "labels" || !Array.isArray(c)) return null;
  return c.length === 1 ? new Array<number>(count).fill(c[0]) : c;
}

/** `labels 0 x3, 1 x2` */
function describeLabels(labels: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return `labels ${Array.from(counts, ([label, times]) => `${label} x${times}`).join(", ")}`;
}
