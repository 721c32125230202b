import * as v from "valibot";
import { BundleError } from "../errors.js";
import { conditionSchema } from "./condition-schema.js";
import { bundleFormat, bundleVersion, standardNormal } from "./names.js";

function perGraph<const T extends v.GenericSchema>(schema: T) {
  return v.object({ encoder: schema, decoder: schema, scorer: schema, prior: v.optional(schema) });
}

const number = v.pipe(v.number(), v.finite());
const positive = v.pipe(number, v.gtValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const fromZero = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const perLatent = v.array(number);

const largestErrors = v.object({
  maxAbsolute: number,
  maxRelative: number,
  /** Of an output that is chosen among a few values: elements that were chosen otherwise, which the errors leave out. */
  otherwise: v.optional(v.object({ count: fromZero, of: count })),
});

const verification = v.object({
  /** Largest relative error that passed: the largest |a - b| over the largest |b| of the output. */
  tolerance: positive,
  batches: v.array(count),
  /** Largest absolute and relative error of each output, tfjs against ONNX Runtime. */
  outputs: v.record(v.string(), largestErrors),
});

const smallGraph = v.object({ weights: largestErrors, outputs: v.record(v.string(), largestErrors) });

/** What it cost to store large weights in fewer bytes than float32's four. */
const smallWeights = v.object({
  /** fp16 or int8; inference need not know, the graphs make float32 of them. */
  format: v.string(),
  /** Largest relative error of an output, against the float32 graph, that passed. */
  tolerance: positive,
  /** Of the graphs' files, with float32 weights and as they are. */
  bytes: v.object({ before: count, after: count }),
  /** Largest errors of the weights, and of the outputs against the float32 graph's. */
  graphs: perGraph(smallGraph),
  /** Mean ELBO, nats per example, same noise for both; null where no examples were given. */
  elbo: v.nullable(v.object({ examples: count, before: number, after: number, largestChange: number })),
});

/** One example as the user has it. A variant for each kind of data: rows of tables will be another. */
const dataSchema = v.variant("kind", [
  v.object({
    kind: v.literal("image"),
    name: v.string(),
    /** Height, width, channels; without batch. */
    shape: v.strictTuple([count, count, count]),
    dtype: v.literal("uint8"),
    /** Least and largest value of an element. */
    range: v.strictTuple([number, number]),
  }),
]);

/**
 * Versions 1 and 2 of the manifest; unknown fields are passed over, so that later minor additions stay readable. A bundle is of
 * the lowest version whose readers can do with it what it says: 2 where the model takes conditions or has a prior of
 * its own, which version 1 knows nothing of. What version 1 lacks has a default here, and so is migrated as it is read.
 */
export const manifestSchema = v.pipe(
  v.object({
    format: v.literal(bundleFormat),
    version: v.picklist([1, 2]),
    /** The vaekit that wrote the bundle. */
    producer: v.string(),
    data: dataSchema,
    latent: count,
    likelihood: v.object({ name: v.string(), outputs: v.pipe(v.array(v.string()), v.minLength(1)) }),
    /** What the model is told beside x and z; null for nothing. */
    condition: v.optional(v.nullable(conditionSchema), null),
    prior: v.pipe(
      v.object({
        name: v.string(),
        /** Uniform numbers that one draw takes beside its `latent` normal ones. */
        uniforms: v.optional(fromZero, 0),
        /** Whether prior.onnx makes z of them. Without, z is the normal numbers themselves. */
        graph: v.optional(v.boolean(), false),
        /** Whether mu is made of a few codes: another runtime, or smaller weights, may choose another where two are as near. */
        codes: v.optional(v.boolean(), false),
      }),
      v.check(
        ({ name, graph }) => graph || name === standardNormal,
        `a prior other than ${standardNormal} needs its graph`,
      ),
    ),
    /** Over the examples the model was validated on; null where none were kept back. */
    latentStatistics: v.nullable(
      v.object({
        examples: count,
        /** Mean and standard deviation of the posterior means, per latent dimension. */
        mean: perLatent,
        std: perLatent,
        /** KL(q(z|x) || p(z)) in nats per example, per latent dimension; null where it does not split into them. */
        kl: v.nullable(perLatent),
      }),
    ),
    /** Codes of examples that the model was trained on, in reference/codes.safetensors. */
    reference: v.optional(v.object({ examples: count, labels: v.boolean(), pictures: v.boolean() })),
    /** tfjs against ONNX Runtime with float32 weights. */
    verified: perGraph(verification),
    /** Only where weights are stored in fewer bytes. */
    weights: v.optional(smallWeights),
    files: v.record(
      // Below the bundle's directory.
      v.pipe(v.string(), v.regex(/^(?!.*\.\.)[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, "lies outside the bundle")),
      v.object({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), bytes: count }),
    ),
    /** The run's configuration and last metrics, as the trainer wrote them. */
    training: v.record(v.string(), v.unknown()),
  }),
  v.check(
    ({ latent, latentStatistics: found }) =>
      !found || [found.mean, found.std, found.kl ?? found.mean].every(({ length }) => length === latent),
    "latentStatistics must have a number for each of the latent dimensions",
  ),
  v.check(({ data: { range } }) => range[0] < range[1], "data.range must ascend"),
);

export type Manifest = v.InferOutput<typeof manifestSchema>;

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
  const head = v.safeParse(v.object({ format: v.literal(bundleFormat), version: count }), raw);
  if (!head.success) {
    throw new BundleError(
      `${where}: not a vaekit bundle: it has no "format": "${bundleFormat}" with a version. ` +
        "Give the directory that `vaekit export` wrote.",
    );
  }
  if (head.output.version > bundleVersion) {
    throw new BundleError(
      `${where}: bundle version ${head.output.version}, this vaekit reads up to ${bundleVersion}. Update vaekit.`,
    );
  }
  const parsed = v.safeParse(manifestSchema, raw);
  if (parsed.success) return parsed.output;
  const problems = parsed.issues.map((issue) => `  ${v.getDotPath(issue) ?? "(root)"}: ${issue.message}`);
  throw new BundleError(
    `${where}: ${problems.length} fields are not as version ${head.output.version} has them\n${problems.join("\n")}\n` +
      "The file was changed after export; export the bundle again.",
  );
}
