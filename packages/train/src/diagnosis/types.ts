import type { Spread } from "./measure.js";

/** What is wrong, and where it comes from. */
export type Cause =
  | "beta"
  | "decoder variance"
  | "learning rate"
  | "training length"
  | "capacity"
  | "condition"
  | "decoder"
  | "start of training"
  | "overfitting"
  | "weight average"
  | "codebook"
  | "data"
  | "none";

/**
 * problem: the model does not do what a VAE is for. warning: it works, and something in it costs. information: as it is,
 * and no fault.
 */
export type Severity = "problem" | "warning" | "information";

/** A number that a finding rests on. */
export interface Evidence {
  name: string;
  value: number | string;
  unit: string;
  /** How it was measured, or where it stands. */
  protocol: string;
}

export interface Finding {
  /** Short and stable: "decoder-ignores-z". */
  id: FindingId;
  severity: Severity;
  /** A sentence. */
  finding: string;
  evidence: Evidence[];
  cause: Cause;
  /** A sentence: why that is the likely cause. */
  why: string;
  /** A sentence with options of `vaekit train`; null where nothing need change. */
  change: string | null;
}

export type FindingId =
  | "not-finite"
  | "decoder-ignores-z"
  | "nothing-learned"
  | "unfinished"
  | "average-lags"
  | "overfitting"
  | "condition-unused"
  | "unstable"
  | "decoder-variance"
  | "scale-collapsed"
  | "dimensions-held-down"
  | "latent-too-small"
  | "codes-unused"
  | "inactive-dimensions";

/** What a dimension of the latent does. */
export interface Dimension {
  active: boolean;
  /** Variance of the posterior mean between examples. */
  variance: number;
  /** Nats; null where the prior's KL does not split, or there is none. */
  kl: number | null;
  /** Nats of ln p(x|z) lost when this dimension alone is another example's; null for codes of a codebook. */
  sensitivity: number | null;
}

/** What `vaekit diagnose` says. */
export interface Diagnosis {
  /** Whether there is neither a problem nor a warning. */
  healthy: boolean;
  model: {
    kind: "run" | "bundle";
    path: string;
    objective: string | null;
    likelihood: string;
    latent: number;
  };
  data: { name: string; examples: number; protocol: string };
  /** Gravest first. */
  findings: Finding[];
  dimensions: Dimension[];
  /** Null where the model computes no finite numbers. */
  measured: {
    /** Nats of ln p(x|z) lost with another example's z. Null for codes of a codebook. */
    sensitivity: Spread | null;
    /** The same with another example's condition at the example's own z; null where the model takes none. */
    conditionSensitivity: Spread | null;
    /** E_q ln p(x|z), nats. */
    logPx: number;
    /** KL(q(z|x) || p(z)), nats; null for an autoencoder and for codes. */
    kl: number | null;
    /** ln p(x) of the best constant prediction, nats; null for a likelihood without a closed form of it. */
    constant: number | null;
    /** Share of the data's variance that reconstructions explain. */
    explained: number;
    /** Largest beta at which a latent dimension pays near collapse. */
    criticalBeta: number;
  } | null;
  notes: string[];
  seconds: number;
}
