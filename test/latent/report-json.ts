import { z } from "zod";

const amount = z.number();
const amounts = z.array(amount);
const interval = { value: amount, standardError: amount, low: amount, high: amount };
const estimate = z.strictObject(interval);

/** report.json, whole: what may be null, and what never is. */
export const reportJson = z.strictObject({
  format: z.literal("vaekit-report"),
  version: z.literal(1),
  name: z.string().min(1),
  rows: z.int().min(10),
  latent: z.int().positive(),
  prior: z.string().min(1),
  seed: z.int(),
  labels: z.strictObject({ name: z.string(), names: z.array(z.string()) }).nullable(),
  facts: z.record(z.string(), z.string()),
  sentences: z.record(z.string(), z.array(z.string().regex(/^[A-Z0-9].*\.$|^k-means.*\.$/))),
  labelNeighbours: z
    .strictObject({
      neighbours: z.int().positive(),
      accuracy: amount,
      largestShare: amount,
      perClass: z.record(z.string(), amount),
    })
    .nullable(),
  dimensions: z.strictObject({
    kl: amounts.nullable(),
    variance: amounts,
    signal: amounts.nullable(),
    limit: amounts.nullable(),
    active: z.array(z.boolean()),
    order: z.array(z.int()),
    correlation: z.array(amounts),
    strongest: z.strictObject({ a: z.int(), b: z.int(), r: amount }).nullable(),
    intrinsic: z
      .strictObject({ twoNn: amount, mle: amount, participationRatio: amount, rows: z.int() })
      .nullable(),
    information: z.array(
      z.strictObject({
        name: z.string(),
        kind: z.string(),
        nats: amounts,
        /** null for amounts. */
        entropy: amount.nullable(),
        chance: amount,
        shuffles: z.int(),
      }),
    ),
  }),
  priorDistance: z
    .looseObject({
      mean: amounts,
      std: amounts,
      kl: amount,
      wasserstein2: amount,
      mmd: amount,
      aggregateKl: amount,
      mutualInformation: amount,
      aggregated: z.looseObject({
        mutualInformation: estimate,
        marginalKl: estimate,
        totalCorrelation: estimate,
        saturated: z.boolean(),
      }),
      totalCorrelation: z.looseObject({
        gaussian: amount,
        estimate: amount,
        standardError: amount,
        rows: z.int(),
      }),
      holes: z.strictObject({
        share: amount,
        standardError: amount,
        expected: amount,
        threshold: amount,
        points: z.array(amounts),
        distance: amounts,
      }),
    })
    .nullable(),
  maps: z.array(
    z.strictObject({
      name: z.string(),
      dimensions: z.union([z.literal(2), z.literal(3)]),
      axes: z.array(z.string()),
      trustworthiness: amount,
      continuity: amount,
      neighbours: z.int().positive(),
      rows: z.int().positive(),
    }),
  ),
  mapSettings: z.strictObject({
    umap: z.strictObject({ neighbours: z.int().positive(), minDistance: amount }),
    tsne: z.strictObject({ perplexity: amount }),
  }),
  mapsLeftOut: z.array(z.string()),
  principalAxes: amounts,
  clusters: z.strictObject({
    choice: z
      .strictObject({
        method: z.literal("gmm"),
        candidates: z.array(
          z.strictObject({
            clusters: z.int().positive(),
            silhouette: amount.nullable(),
            nullSilhouette: amount.nullable(),
            bic: amount.nullable(),
            stability: amount.nullable(),
            nullStability: amount.nullable(),
          }),
        ),
        best: z.strictObject({ silhouette: z.int(), bic: z.int(), stability: z.int() }),
        recommended: z.int(),
        reason: z.string(),
      })
      .nullable(),
    clusterings: z.array(
      z.strictObject({
        name: z.string(),
        of: z.string(),
        clusters: z.int(),
        noise: amount,
        /** null for fewer than two clusters. */
        silhouette: amount.nullable(),
        /** null without labels of two kinds. */
        scores: z
          .strictObject({
            ari: amount,
            ami: amount,
            nmi: amount,
            homogeneity: amount,
            completeness: amount,
            vMeasure: amount,
            purity: amount,
          })
          .nullable(),
      }),
    ),
    mixture: z.strictObject({
      components: z.int().positive(),
      logLikelihood: amount,
      converged: z.boolean(),
      covariance: z.string(),
    }),
    heldOut: z
      .strictObject({
        rows: z.int().positive(),
        components: z.int().positive(),
        mixture: amount,
        prior: amount,
        standardError: amount,
      })
      .nullable(),
    hdbscan: z.strictObject({ minClusterSize: z.int().positive(), minSamples: z.int().positive() }),
  }),
  outliers: z.array(z.strictObject({ row: z.int(), localOutlierFactor: amount, neighbourDistance: amount })),
  moves: z
    .strictObject({
      traversals: z.array(z.strictObject({ dimension: z.int(), values: amounts })),
      interpolations: z.array(
        z.strictObject({
          from: z.int(),
          to: z.int(),
          /** The arc's length is not measured. */
          ways: z.array(z.strictObject({ name: z.string(), length: amount.nullable() })),
        }),
      ),
      directions: z.strictObject({
        asked: z.array(z.strictObject({ name: z.string(), rows: z.int(), auc: amount })),
        small: z.array(z.string()),
        further: z.int(),
      }),
      arithmetic: z.array(
        z.strictObject({ from: z.string(), to: z.string(), moved: z.int().positive(), landed: amount }),
      ),
    })
    .nullable(),
});
