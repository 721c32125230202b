export { checkOptions } from "./check-options.js";
export { choose, nearest } from "./choose.js";
export { gatherRows, type ImageOptions, images, sliceRows, takeRows } from "./data/dataset.js";
export { type Idx, readIdx } from "./data/idx.js";
export { readIdxImages } from "./data/idx-images.js";
export type { NamedSource, Split } from "./data/named.js";
export { namedData, type OpenOptions, openData } from "./data/open.js";
export { type ShapesOptions, shapeNames, shapes } from "./data/shapes.js";
export type { DataSpec, Dataset } from "./data/types.js";
export { type DiagnoseOptions, diagnose, type Patient } from "./diagnosis/diagnose.js";
export { openPatient, patientOf } from "./diagnosis/open.js";
export type { Diagnosis, Finding } from "./diagnosis/types.js";
export { trainingGraph } from "./engine/compiled.js";
export { createEngine, engines, whyMissing } from "./engine/index.js";
export { createJob, type JobOptions } from "./engine/job.js";
export { drawNoise, noiseSpecs } from "./engine/noise.js";
export type {
  Batch,
  Engine,
  EngineName,
  EngineState,
  Evaluation,
  Job,
  Noise,
  Schedule,
  StepTerms,
} from "./engine/types.js";
export { DivergenceError, RunError } from "./errors.js";
export { type ElboEvaluation, type ElboOptions, evaluateElbo } from "./evaluation/elbo.js";
export { evaluate } from "./evaluation/evaluate.js";
export type { Figure } from "./evaluation/figure.js";
export { type HeldOut, heldOutData, wholeData } from "./evaluation/held-out.js";
export { evaluatedBundle } from "./evaluation/of-bundle.js";
export { type EvaluatedOptions, evaluatedRun } from "./evaluation/of-run.js";
export { openEvaluated } from "./evaluation/open.js";
export type { EvaluateOptions, EvaluateProgress } from "./evaluation/options.js";
export type { EvaluationReport } from "./evaluation/report.js";
export type { EvaluatedModel } from "./evaluation/types.js";
export type { FitEvent } from "./events.js";
export { fit } from "./fit.js";
export {
  type LikelihoodConfig,
  type LikelihoodName,
  likelihoodSchema,
  likelihoods,
} from "./likelihood/index.js";
export type { Likelihood, LikelihoodKind } from "./likelihood/types.js";
export { type LoadRunOptions, loadRun } from "./load-run.js";
export { type Dci, dci } from "./metrics/dci.js";
export type { FactorKind, Factors } from "./metrics/factors.js";
export type { Gap } from "./metrics/gaps.js";
export {
  type ImportanceBound,
  type ImportanceBoundOptions,
  ImportanceBounds,
} from "./metrics/importance-bound.js";
export type { Matrix } from "./metrics/matrix.js";
export { type Mig, mig } from "./metrics/mig.js";
export { bitsPerDimension, type Errors, ReconstructionError } from "./metrics/reconstruction-error.js";
export { type Sap, type SapOptions, sap } from "./metrics/sap.js";
export { type ActivationName, activations } from "./model/activation.js";
export { type ConditionConfig, conditionOn } from "./model/condition.js";
export { type ConvConfig, type ConvOptions, conv } from "./model/conv.js";
export {
  type CustomBuild,
  type CustomConfig,
  type CustomOptions,
  type CustomSizes,
  custom,
  loadCustom,
} from "./model/custom.js";
export { type GatedMlpConfig, type GatedMlpOptions, gatedMlp } from "./model/gated-mlp.js";
export { type AnyModelConfig, type ModelName, modelKinds } from "./model/index.js";
export { type MlpConfig, type MlpOptions, mlp } from "./model/mlp.js";
export type { Mode, Network } from "./model/network.js";
export { type Preset, type PresetName, presets } from "./model/presets.js";
export { type ResnetConfig, type ResnetOptions, resnet } from "./model/resnet.js";
export type { NetworkSizes, Networks } from "./model/types.js";
export { Vae } from "./model/vae.js";
export { type ObjectiveConfig, type ObjectiveName, objectiveSchema, objectives } from "./objective/index.js";
export type { Pass } from "./objective/pass.js";
export type { Objective, Outcome } from "./objective/types.js";
export {
  createOptimizer,
  type OptimizerConfig,
  type OptimizerName,
  optimizerSchema,
  optimizers,
} from "./optimizer/index.js";
export type { Optimizer, OptimizerKind } from "./optimizer/types.js";
export type { FitOptions } from "./options.js";
export type { Parameter } from "./parameter.js";
export { type PriorConfig, type PriorName, priorSchema, priors } from "./prior/index.js";
export type { Prior, PriorKind } from "./prior/types.js";
export { type ResumeOptions, resume } from "./resume.js";
export type { RunConfig } from "./run/config.js";
export type { EpochMetrics, LatentStatistics, SplitMetrics } from "./run/metrics.js";
export { type KlConfig, type KlOptions, klConfigOf } from "./schedule/kl-config.js";
export { type RateConfig, type RateName, rateSchema, rates } from "./schedule/rate/index.js";
export { configOf } from "./schema.js";
export { tf } from "./tfjs.js";
export type { Run } from "./train-run.js";
