import { z } from "zod";
import { BundleError } from "../errors.js";

export const bundleFormat = "vaekit-bundle";
export const bundleVersion = 1;
export const manifestName = "vaekit.json";
export const graphNames = ["encoder", "decoder", "scorer"] as const;
export type GraphName = (typeof graphNames)[number];

const count = z.number().int().positive();
const perLatent = z.array(z.number());

const largestErrors = z.object({ maxAbsolute: z.number(), maxRelative: z.number() });

const verification = z.object({
  /** Largest relative error that passed: the largest |a - b| over the largest |b| of the output. */
  tolerance: z.number().positive(),
  batches: z.array(count),
  /** Largest absolute and relative error of each output, tfjs against ONNX Runtime. */
  outputs: z.record(z.string(), largestErrors),
});

/** What it cost to store large weights in fewer bytes than float32's four. */
const smallWeights = z.object({
  /** fp16 or int8; inference need not know, the graphs make float32 of them. */
  format: z.string(),
  /** Largest relative error of an output, against the float32 graph, that passed. */
  tolerance: z.number().positive(),
  /** Of the three graphs' files, with float32 weights and as they are. */
  bytes: z.object({ before: count, after: count }),
  /** Largest errors of the weights, and of the outputs against the float32 graph's. */
  graphs: z.record(
    z.enum(graphNames),
    z.object({ weights: largestErrors, outputs: z.record(z.string(), largestErrors) }),
  ),
  /** Mean ELBO, nats per example, same noise for both; null where no examples were given. */
  elbo: z
    .object({ examples: count, before: z.number(), after: z.number(), largestChange: z.number() })
    .nullable(),
});

/** Version 1 of the manifest; `.strict()` nowhere, so that later minor additions stay readable. */
export const manifestSchema = z.object({
  format: z.literal(bundleFormat),
  version: z.literal(bundleVersion),
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
  prior: z.object({ name: z.string() }),
  /** Over the examples the model was validated on; null where none were kept back. */
  latentStatistics: z
    .object({
      examples: count,
      /** Mean and standard deviation of the posterior means, per latent dimension. */
      mean: perLatent,
      std: perLatent,
      /** KL(q(z|x) || p(z)) in nats per example, per latent dimension. */
      kl: perLatent,
    })
    .nullable(),
  /** tfjs against ONNX Runtime with float32 weights. */
  verified: z.record(z.enum(graphNames), verification),
  /** Only where weights are stored in fewer bytes. */
  weights: smallWeights.optional(),
  files: z.record(z.string(), z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: count })),
  /** The run's configuration and last metrics, as the trainer wrote them. */
  training: z.record(z.string(), z.unknown()),
});

export type Manifest = z.infer<typeof manifestSchema>;

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
    `${where}: ${problems.length} fields are not as version ${bundleVersion} has them\n${problems.join("\n")}\n` +
      "The file was changed after export; export the bundle again.",
  );
}
