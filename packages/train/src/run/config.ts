import { z } from "zod";
import { RunError } from "../errors.js";
import { modelSchema } from "../model/index.js";
import { type ObjectiveName, objectives } from "../objective/index.js";
import { type OptimizerName, optimizers } from "../optimizer/index.js";

export const runFormat = "vaekit-run";
export const runVersion = 1;

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
    }),
    objective: z.enum(Object.keys(objectives) as [ObjectiveName, ...ObjectiveName[]]),
    optimizer: z.enum(Object.keys(optimizers) as [OptimizerName, ...OptimizerName[]]),
    learningRate: z.number().positive(),
    beta: z.number().nonnegative(),
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
  if (typeof version === "number" && version > runVersion) {
    throw new RunError(
      `${where}: run version ${version}, this vaekit reads up to ${runVersion}. Update vaekit.`,
    );
  }
  const parsed = runConfigSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "(root)"}: ${issue.message}`,
  );
  throw new RunError(`${where}: not the configuration of a vaekit run\n${problems.join("\n")}`);
}
