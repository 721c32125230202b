import { z } from "zod";
import { RunError } from "../errors.js";
import { modelSchema } from "../model/index.js";
import { objectiveSchema } from "../objective/index.js";
import { optimizerSchema } from "../optimizer/index.js";
import { klSchema } from "../schedule/kl-config.js";
import { rateSchema } from "../schedule/rate/index.js";

export const runFormat = "vaekit-run";
export const runVersion = 2;

const positive = z.number().int().positive();

/** config.json of a run: everything that decides its numbers. */
export const runConfigSchema = z
  .object({
    format: z.literal(runFormat),
    version: z.literal(runVersion),
    producer: z.string(),
    model: modelSchema,
    data: z.object({
      /** What `openData` was given, where the data came from there; resuming opens it again. */
      source: z.string().nullable(),
      limit: positive.nullable(),
      kind: z.literal("image"),
      name: z.string(),
      shape: z.array(positive),
      dtype: z.literal("uint8"),
      range: z.tuple([z.number(), z.number()]),
      count: positive,
      /** sha256 of the values: a resumed run must see the same data. */
      sha256: z.string(),
    }),
    validation: z.object({
      count: z.number().int().nonnegative(),
      /** Whether they are a data set of their own; else they are kept back from the training data. */
      separate: z.boolean(),
      source: z.string().nullable(),
      /** sha256 of their values, where they are a data set of their own: a resumed run must see the same. */
      sha256: z.string().nullable().default(null),
    }),
    objective: objectiveSchema,
    optimizer: optimizerSchema,
    learningRate: z.number().positive(),
    rate: rateSchema,
    /** The KL's weight, its warm-up, capacity and free bits. */
    kl: klSchema,
    /** Largest global norm of the gradients. */
    clip: z.number().positive().nullable(),
    /** Decay of the moving average of weights that is evaluated and kept. */
    ema: z.number().positive().nullable(),
    /** Epochs without a better validation loss (`validationLosses`) after which training stops; the best epoch's weights are kept. */
    patience: positive.nullable(),
    batch: positive,
    epochs: positive,
    seed: z.number().int().nonnegative(),
    engine: z.string(),
    binarize: z.enum(["none", "dynamic"]),
  })
  .refine(({ model, data }) => `${model.shape}` === `${data.shape}`, {
    path: ["model", "shape"],
    message: "not the data's shape",
  });

export type RunConfig = z.infer<typeof runConfigSchema>;

/** @throws RunError for text that is no run's configuration */
export function parseRunConfig(text: string, where: string): RunConfig {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new RunError(`${where}: not JSON (${(cause as Error).message}).`, { cause });
  }
  const version = (raw as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version !== runVersion) {
    const advice = version > runVersion ? "Update vaekit." : "Train it again: `vaekit train`.";
    throw new RunError(
      `${where}: run version ${version}, this vaekit reads version ${runVersion}. ${advice}`,
    );
  }
  const parsed = runConfigSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "(root)"}: ${issue.message}`,
  );
  throw new RunError(`${where}: not the configuration of a vaekit run\n${problems.join("\n")}`);
}
