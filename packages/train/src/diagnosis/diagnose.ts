import { someRows } from "@vaekit/latent";
import { checkNames } from "../choose.js";
import type { Dataset } from "../data/types.js";
import { codebookFigures } from "../evaluation/codebook-figures.js";
import { exampleIndices, gatherExamples } from "../evaluation/examples.js";
import { checkOpened } from "../evaluation/opened.js";
import { defaultRows } from "../evaluation/options.js";
import type { EvaluatedModel } from "../evaluation/types.js";
import { checkCount } from "../metrics/matrix.js";
import type { EpochMetrics } from "../run/metrics.js";
import type { Case } from "./case.js";
import { checks } from "./checks/index.js";
import { constantLogPx } from "./constant.js";
import { klCost, readHistory } from "./history.js";
import { type Measurements, type MeasureOptions, measure } from "./measure.js";
import { settingsSchema } from "./settings.js";
import { spectrumOf } from "./spectrum.js";
import { thresholds } from "./thresholds.js";
import type { Diagnosis, Finding } from "./types.js";

/** A model with what is known of its training. */
export interface Patient {
  model: EvaluatedModel;
  /** A run's configuration, or a bundle's `training`. */
  training: object;
  /** A line an epoch; empty where that is not known. */
  metrics: readonly EpochMetrics[];
}

export interface DiagnoseOptions {
  /** Decides all noise. Default 0. */
  seed?: number;
  /** The examples that count, by their numbers in the data. Default: all. */
  indices?: ArrayLike<number>;
  /** Most examples that are looked at, drawn at random by the seed. Default 1000. */
  limit?: number;
  /** How the examples are called in protocols. Default: the data's name. */
  name?: string;
  signal?: AbortSignal;
}

/**
 * What is wrong with a model, what the likely cause is, and what to change: from its settings, its training's history and
 * what it does on data, by the rules in thresholds.ts. The same seed gives the same findings. The model stays open.
 * @throws UsageError for options that do not fit, DataError for data that do not fit the model
 */
export async function diagnose(
  patient: Patient,
  data: Dataset,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  checkOpened("diagnose", patient, patient?.model, "openPatient(path), or patientOf(run),");
  checkNames(options, ["seed", "indices", "limit", "name", "signal"], "diagnose");
  const began = performance.now();
  const { model, metrics } = patient;
  const { seed = 0, limit = 1000, name = data.name, signal } = options;
  checkCount("limit", limit);
  checkCount("seed", seed, 0);
  const all = exampleIndices(data, options.indices);
  const indices = Uint32Array.from(someRows(all.length, limit, seed), (row) => all[row]!);
  const binarize = data.binary ? "none" : model.trained.binarize;
  const examples = gatherExamples(model, data, { indices, seed, binarize });
  checkCount(`${name}: examples`, examples.count, 2);
  const settings = settingsSchema.parse(patient.training);
  const kind = kindOf(model);
  const rows = defaultRows(examples.x.length / examples.count);
  const measured = await measure(model, examples, { kind, seed, rows, signal });
  const about = `${examples.count} examples of ${name}, seed ${seed}`;
  const report = (findings: Finding[], of: Partial<Diagnosis> = {}): Diagnosis => ({
    healthy: findings.every(({ severity }) => severity === "information"),
    model: {
      kind: model.kind,
      path: model.path,
      objective: model.trained.objective,
      likelihood: model.likelihood.name,
      latent: model.latent,
    },
    data: { name, examples: examples.count, protocol: about },
    findings,
    dimensions: [],
    measured: null,
    notes: notesOf(patient, metrics.length >= thresholds.historyEpochs),
    ...of,
    seconds: (performance.now() - began) / 1000,
  });
  if (!measured.finite) return report([notFinite(measured.reason, about)]);
  const { value } = measured;
  const constant = constantLogPx(model.likelihood.name, settings, value.x, value.examples);
  const cost = kind === "vae" ? klCost(settings) : () => 0;
  const spectrum = spectrumOf(value, settings);
  const given: Case = {
    model,
    settings,
    measured: value,
    spectrum,
    history: readHistory(metrics, cost, { constant }),
    trend: readHistory(metrics, cost, { constant, least: thresholds.trendEpochs }),
    updates: metrics.at(-1)?.step ?? null,
    constant,
    codebook: kind === "codebook" ? codebookFigures(model, value.survey, about) : null,
    about,
  };
  const findings: Finding[] = [];
  for (const check of checks) {
    const found = check(given, findings);
    if (found) findings.push(found);
  }
  return report(findings, {
    dimensions: value.dimensions,
    measured: numbersOf(value, constant, spectrum.criticalBeta),
  });
}

function kindOf({ prior, trained }: EvaluatedModel): MeasureOptions["kind"] {
  if (prior.name === "codebook") return "codebook";
  return trained.objective === "ae" ? "autoencoder" : "vae";
}

function numbersOf(
  { sensitivity, conditionSensitivity, logPx, kl, explained }: Measurements,
  constant: number | null,
  criticalBeta: number,
): Diagnosis["measured"] {
  return { sensitivity, conditionSensitivity, logPx: logPx.value, kl, constant, explained, criticalBeta };
}

function notesOf({ model }: Patient, known: boolean): string[] {
  if (known) return [];
  return [
    model.kind === "bundle"
      ? "a bundle keeps no history of its training: whether the loss rose or still fell is known of its run only"
      : "the run has too few epochs for its history to say anything",
  ];
}

function notFinite(reason: string, about: string): Finding {
  return {
    id: "not-finite",
    severity: "problem",
    finding: "The model computes numbers that are not finite.",
    evidence: [{ name: "first of them", value: reason, unit: "", protocol: about }],
    cause: "learning rate",
    why: "weights that have run away give such numbers",
    change: "train with a lower --lr, or with --clip 1",
  };
}
