import type { OutputFlags } from "../../io.js";
import type { None, Settings } from "../../setting.js";

/** A variant of the library's by its name, with settings that the library checks. */
export type Kind = { kind: string } & Settings;

/** What users say, on the command line or in a --config file. */
export interface TrainOptions {
  data?: string;
  out?: string;
  force?: boolean;
  limit?: number;
  validation?: number | string;
  binarize?: string;
  preset?: string;
  model?: string;
  latent?: number;
  likelihood?: Kind;
  prior?: Kind;
  condition?: string[];
  hidden?: number[];
  filters?: number[];
  kernel?: number;
  dense?: number;
  channels?: number[];
  blocks?: number;
  norm?: string;
  groups?: number;
  activation?: string;
  batchNorm?: boolean;
  dropout?: number;
  logvar?: { min: number; max: number } | None;
  module?: string;
  moduleOptions?: Settings;
  epochs?: number;
  batch?: number;
  optimizer?: Kind;
  lr?: number;
  rate?: Kind;
  clip?: number | None;
  ema?: number | None;
  patience?: number | None;
  seed?: number;
  objective?: Kind;
  beta?: number;
  klWarmup?: Kind | None;
  capacity?: Settings | None;
  freeBits?: Settings | None;
  klUnit?: string;
  engine?: string;
  threads?: number;
  checkpointEvery?: number;
}

export interface TrainFlags extends TrainOptions, OutputFlags {
  resume?: string;
  config?: string;
}
