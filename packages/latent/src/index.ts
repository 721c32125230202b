export { type ChooseOptions, type ClusterChoice, chooseClusters } from "./cluster/choose.js";
export type { ClusterMethod } from "./cluster/choose-method.js";
export type { ClusterCandidate, Recommendation } from "./cluster/choose-reason.js";
export type { CondensedTree } from "./cluster/hdbscan/condense.js";
export { type Hdbscan, type HdbscanOptions, hdbscan } from "./cluster/hdbscan.js";
export { type KMeans, type KMeansOptions, kmeans, kmeansPredict } from "./cluster/kmeans.js";
export type { MixtureModel } from "./cluster/mixture/check-model.js";
export {
  type CovarianceName,
  type GaussianMixture,
  gaussianMixture,
  type MixtureOptions,
} from "./cluster/mixture.js";
export { mixtureLogDensity, mixturePredict, mixtureResponsibilities } from "./cluster/mixture-predict.js";
export { type PosteriorMixtureOptions, posteriorMixture, posteriorPoints } from "./cluster/posterior.js";
export { type ClusterStability, clusterStability, type StabilityOptions } from "./cluster/stability.js";
export { type ActiveUnits, type ActiveUnitsOptions, activeUnits } from "./describe/active-units.js";
export {
  type AggregatedPosterior,
  type AggregatedPosteriorOptions,
  aggregatedPosterior,
} from "./describe/aggregated-posterior.js";
export { correlation } from "./describe/correlation.js";
export {
  type DistanceToPrior,
  type DistanceToPriorOptions,
  distanceToPrior,
} from "./describe/distance-to-prior.js";
export { type Holes, type HolesOptions, holes } from "./describe/holes.js";
export { type Estimate, estimateAround, estimateMean } from "./describe/interval.js";
export {
  type IntrinsicDimension,
  type IntrinsicDimensionOptions,
  intrinsicDimension,
} from "./describe/intrinsic-dimension.js";
export { klPerDimension, klToStandardNormal, type LatentKl, latentKl } from "./describe/kl-per-dimension.js";
export { logSumExp } from "./describe/log-sum-exp.js";
export { type Mmd, type MmdOptions, squaredMmd } from "./describe/mmd.js";
export {
  type MutualInformation,
  type MutualInformationOptions,
  mutualInformation,
} from "./describe/mutual-information.js";
export { type Outliers, type OutliersOptions, outliers } from "./describe/outliers.js";
export {
  type TotalCorrelation,
  type TotalCorrelationOptions,
  totalCorrelation,
} from "./describe/total-correlation.js";
export { wassersteinPerDimension } from "./describe/wasserstein.js";
export { DataError, LatentError, ShapeError, UsageError } from "./errors.js";
export { combine, moveAlong, type Term } from "./move/arithmetic.js";
export {
  type AttributeDirection,
  type AttributeOptions,
  attributeDirection,
} from "./move/attribute-direction.js";
export type { Decode, Decoded } from "./move/decode.js";
export { type Geodesic, type GeodesicOptions, geodesic } from "./move/geodesic.js";
export { type InterpolateOptions, interpolate } from "./move/interpolate.js";
export {
  type NeighbourPath,
  type NeighbourPathOptions,
  neighbourPath,
} from "./move/neighbour-path.js";
export { posteriorQuantiles, type QuantileOptions } from "./move/posterior-quantiles.js";
export { type PullbackOptions, pullbackMetric } from "./move/pullback-metric.js";
export {
  type SampleOptions,
  sampleMixture,
  samplePrior,
  sampleTruncated,
  type TruncatedOptions,
} from "./move/samplers.js";
export { type Traversal, type TraversalOptions, traversal } from "./move/traversal.js";
export {
  type NeighbourOptions,
  type Neighbours,
  nearestNeighbours,
} from "./neighbours/nearest-neighbours.js";
export { type Pca, type PcaOptions, pca, pcaInverse, pcaTransform } from "./project/pca.js";
export { continuity, type QualityOptions, trustworthiness } from "./project/quality.js";
export { type Tsne, type TsneOptions, tsne } from "./project/tsne.js";
export type { UmapInit } from "./project/umap/initial-layout.js";
export { type Umap, type UmapOptions, umap } from "./project/umap.js";
export { type UmapTransformOptions, umapTransform } from "./project/umap-transform.js";
export { Random } from "./random.js";
export { type Codes, type Labels, type Rows, rowsOf } from "./rows.js";
export { someRows } from "./sample-rows.js";
export { adjustedMutualInformation } from "./score/adjusted-mutual-information.js";
export { adjustedRandIndex } from "./score/adjusted-rand-index.js";
export { calinskiHarabasz } from "./score/calinski-harabasz.js";
export { type ConfusionTable, confusionTable } from "./score/confusion-table.js";
export { daviesBouldin } from "./score/davies-bouldin.js";
export { normalizedMutualInformation } from "./score/normalized-mutual-information.js";
export { purity } from "./score/purity.js";
export { type Silhouette, type SilhouetteOptions, silhouette } from "./score/silhouette.js";
export { type VMeasure, vMeasure } from "./score/v-measure.js";
export type { Progress, RunOptions } from "./task.js";
