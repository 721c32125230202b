export { nearest } from "./choose.js";
export { gatherRows, type ImageOptions, images, sliceRows } from "./data/dataset.js";
export { type Idx, readIdx } from "./data/idx.js";
export { readIdxImages } from "./data/idx-images.js";
export type { NamedSource, Split } from "./data/named.js";
export { namedData, type OpenOptions, openData } from "./data/open.js";
export type { DataSpec, Dataset } from "./data/types.js";
export { trainingGraph } from "./engine/compiled.js";
export { createEngine, engines, whyMissing } from "./engine/index.js";
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
export { type ElboEvaluation, type EvaluateOptions, evaluateElbo } from "./evaluate.js";
export type { FitEvent } from "./events.js";
export { fit, loadRun, type ResumeOptions, type Run, resume } from "./fit.js";
export { type LikelihoodName, likelihoods } from "./likelihood/index.js";
export type { Likelihood } from "./likelihood/types.js";
export { type ActivationName, denseLayers } from "./model/activation.js";
export type { AnyModelConfig } from "./model/index.js";
export { type MlpConfig, type MlpOptions, mlp } from "./model/mlp.js";
export { Vae } from "./model/vae.js";
export { type ObjectiveName, objectives } from "./objective/index.js";
export type { Objective } from "./objective/types.js";
export { type OptimizerName, optimizers } from "./optimizer/index.js";
export type { Optimizer } from "./optimizer/types.js";
export type { FitOptions } from "./options.js";
export { type PriorName, priors } from "./prior/index.js";
export type { Prior } from "./prior/types.js";
export type { RunConfig } from "./run/config.js";
export type { EpochMetrics, LatentStatistics, SplitMetrics } from "./run/metrics.js";
export { tf } from "./tfjs.js";
