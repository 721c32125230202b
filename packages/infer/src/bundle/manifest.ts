import { z } from "zod";
import { BundleError } from "../errors.js";
import { conditionSchema } from "./condition.js";

export const bundleFormat = "vaekit-bundle";
/** The newest version that this vaekit reads and writes. */
export const bundleVersion = 2;
export const manifestName = "vaekit.json";
/** The graphs of every bundle. */
export const graphNames = ["encoder", "decoder", "scorer"] as const;
/** `prior` only where the prior is another than the standard normal. */
export type GraphName = (typeof graphNames)[number] | "prior";
/** Something for each graph of a bundle. */
export type PerGraph<T> = Record<(typeof graphNames)[number], T> & { prior?: T };

/** The one prior that needs no graph to be drawn from: z = eps. */
export const standardNormal = "standard-normal";

function perGraph<T extends z.ZodType>(schema: T) {
  return z.object({ encoder: schema, decoder: schema, scorer: schema, prior: schema.optional() });
}

const count = z.number().int().positive();
const perLatent = z.array(z.number());

const largestErrors = z.object({
  maxAbsolute: z.number(),
  maxRelative: z.number(),
  /** Of an output that is chosen among a few values: elements that were chosen otherwise, which the errors leave out. */
  otherwise: z.object({ count: z.number().int().nonnegative(), of: count }).optional(),
});

const verification = z.object({
  /** Largest relative error that passed: the largest |a - b| over the largest |b| of the output. */
  tolerance: z.number().positive(),
  batches: z.array(count),
  /** Largest absolute and relative error of each output, tfjs against ONNX Runtime. */
  outputs: z.record(z.string(), largestErrors),
});

const smallGraph = z.object({ weights: largestErrors, outputs: z.record(z.string(), largestErrors) });

/** What it cost to store large weights in fewer bytes than float32's four. */
const smallWeights = z.object({
  /** fp16 or int8; inference need not know, the graphs make float32 of them. */
  format: z.string(),
  /** Largest relative error of an output, against the float32 graph, that passed. */
  tolerance: z.number().positive(),
  /** Of the graphs' files, with float32 weights and as they are. */
  bytes: z.object({ before: count, after: count }),
  /** Largest errors of the weights, and of the outputs against the float32 graph's. */
  graphs: perGraph(smallGraph),
  /** Mean ELBO, nats per example, same noise for both; null where no examples were given. */
  elbo: z
    .object({ examples: count, before: z.number(), after: z.number(), largestChange: z.number() })
    .nullable(),
});

/**
 * Versions 1 and 2 of the manifest; `.strict()` nowhere, so that later minor additions stay readable. A bundle is of
 * the lowest version whose readers can do with it what it says: 2 where the model takes conditions or has a prior of
 * its own, which version 1 knows nothing of. What version 1 lacks has a default here, and so is migrated as it is read.
 */
export const manifestSchema = z.object({
  format: z.literal(bundleFormat),
  version: z.union([z.literal(1), z.literal(2)]),
  /** The vaekit that wrote the bundle. */
  producer: z.string(),
  /** One example as the user has it: shape without batch, element type, and range of its values. */
  data: z.object({
    kind: z.literal("image"),
    name: z.string(),
    shape: z.tuple([count, count, count]),
    dtype: z.literal("uint8"),
    range: z.tuple([z.number(), z.number()]),
  }),
  latent: count,
  likelihood: z.object({ name: z.string(), outputs: z.array(z.string()).min(1) }),
  /** What the model is told beside x and z; null for nothing. */
  condition: conditionSchema.nullable().default(null),
  prior: z
    .object({
      name: z.string(),
      /** Uniform numbers that one draw takes beside its `latent` normal ones. */
      uniforms: z.number().int().nonnegative().default(0),
      /** Whether prior.onnx makes z of them. Without, z is the normal numbers themselves. */
      graph: z.boolean().default(false),
      /** Whether mu is made of a few codes: another runtime, or smaller weights, may choose another where two are as near. */
      codes: z.boolean().default(false),
    })
    .refine(({ name, graph }) => graph || name === standardNormal, {
      message: `a prior other than ${standardNormal} needs its graph`,
    }),
  /** Over the examples the model was validated on; null where none were kept back. */
  latentStatistics: z
    .object({
      examples: count,
      /** Mean and standard deviation of the posterior means, per latent dimension. */
      mean: perLatent,
      std: perLatent,
      /** KL(q(z|x) || p(z)) in nats per example, per latent dimension; null where it does not split into them. */
      kl: perLatent.nullable(),
    })
    .nullable(),
  /** tfjs against ONNX Runtime with float32 weights. */
  verified: perGraph(verification),
  /** Only where weights are stored in fewer bytes. */
  weights: smallWeights.optional(),
  files: z.record(z.string(), z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: count })),
  /** The run's configuration and last metrics, as the trainer wrote them. */
  training: z.record(z.string(), z.unknown()),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** The graphs that a bundle has, in the order in which data go through them. */
export function graphsOf({ prior }: Pick<Manifest, "prior">): GraphName[] {
  return prior.graph ? [...graphNames, "prior"] : [...graphNames];
}

/**
 * Read a manifest's text; `where` names it in errors.
 * @throws BundleError for text that is no manifest, or one of a version this vaekit does not know
 */
export function parseManifest(text: string, where: string): Manifest {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new BundleError(`${where}: not JSON (${(cause as Error).message}). Export the bundle again.`, {
      cause,
    });
  }
  const head = z.object({ format: z.literal(bundleFormat), version: count }).safeParse(raw);
  if (!head.success) {
    throw new BundleError(
      `${where}: not a vaekit bundle: it has no "format": "${bundleFormat}" with a version. ` +
        "Give the directory that `vaekit export` wrote.",
    );
  }
  if (head.data.version > bundleVersion) {
    throw new BundleError(
      `${where}: bundle version ${head.data.version}, this vaekit reads up to ${bundleVersion}. Update vaekit.`,
    );
  }
  const parsed = manifestSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "(root)"}: ${issue.message}`,
  );
  throw new BundleError(
    `${where}: ${problems.length} fields are not as version ${head.data.version} has them\n${problems.join("\n")}\n` +
      "The file was changed after export; export the bundle again.",
  );
}
