import { sizeOf } from "@vaekit/infer";
import type { Dataset } from "../data/types.js";
import { evaluationDigest } from "./checkpoint.js";
import { codebookFigures } from "./codebook-figures.js";
import { type DrawPlan, drawAll } from "./draws.js";
import { type Examples, exampleIndices, gatherExamples } from "./examples.js";
import { factorFigures } from "./factor-figures.js";
import { KeptProgress } from "./kept-progress.js";
import { latentFigures } from "./latent-figures.js";
import { likelihoodNotes, measureOf, trainingNotes } from "./notes.js";
import { checkOpened } from "./opened.js";
import { checkEvaluateOptions, defaultRows, drawPlans, type EvaluateOptions } from "./options.js";
import { boundFigures, type EvaluationReport, type Measured } from "./report.js";
import { surveyExamples } from "./survey.js";
import type { EvaluatedModel } from "./types.js";

/**
 * How good a model is on data: ELBO and importance-weighted bounds at sampled z, reconstruction error, what its latent
 * space holds. Equal seeds give equal numbers. The model stays open.
 * @throws UsageError for options that do not fit, DataError for data that do not fit the model, the signal's reason
 */
export async function evaluate(
  model: EvaluatedModel,
  data: Dataset,
  options: EvaluateOptions = {},
): Promise<EvaluationReport> {
  checkOpened("evaluate", model, model, "openEvaluated(path), or evaluatedRun(run),");
  checkEvaluateOptions(options);
  const began = performance.now();
  const { seed = 0, name = data.name, signal } = options;
  const { latent, trained, likelihood, prior } = model;
  const binarize = options.binarize ?? (data.binary ? "none" : trained.binarize);
  const features = sizeOf(model.data.shape);
  const rows = options.rows ?? defaultRows(features);
  const examples = gatherExamples(model, data, { indices: chosenIndices(data, options), seed, binarize });
  const kind = prior.name === "codebook" ? "codebook" : trained.objective === "ae" ? "autoencoder" : "vae";
  const plans = kind === "vae" ? drawPlans(examples.count, options) : [oneDraw(examples)];
  const kept = await KeptProgress.open({
    file: options.resumeFile,
    digest: digestOf(model, examples, plans, { seed, rows }),
    plans: plans.length,
    began,
    saveEvery: options.saveEvery ?? 60,
    signal,
  });
  const atMean = kind === "autoencoder";
  const survey = await kept.during(async () => {
    const surveyed = await surveyExamples(model, examples, { seed, rows, atMean, signal });
    await drawPlanned(atMean ? withoutNoise(model) : model, examples, plans, kept, {
      ...options,
      seed,
      rows,
    });
    return surveyed;
  });

  const drawn = binarize === "dynamic" ? ", each drawn black and white once" : "";
  const about = `${examples.count} examples of ${name}${drawn}, seed ${seed}`;
  const measured: Measured = {
    survey,
    plans,
    results: kept.results,
    kind,
    closedForm: prior.name === "standard-normal",
    measure: measureOf(model, examples),
    features,
    about,
  };
  const notes = [
    ...likelihoodNotes(model, examples, name),
    ...kindNotes[kind],
    ...trainingNotes(model, name),
  ];
  if (examples.count < 2)
    notes.push("one example says nothing of others: there are no intervals over examples");
  const codes = kind === "vae" && examples.count > 1;
  const latents = codes ? await latentFigures(model, survey, { seed, about, notes, signal }) : null;
  const { factors } = examples;
  const known = factors ? factorFigures(survey.mu, factors, { seed, about, notes }) : null;
  return {
    model: {
      kind: model.kind,
      path: model.path,
      objective: trained.objective,
      likelihood: likelihood.name,
      prior: prior.name,
      latent,
      features,
    },
    data: { name, examples: examples.count, protocol: about },
    seed,
    binarize,
    ...boundFigures(measured),
    latent: latents,
    factors: known,
    codebook: kind === "codebook" ? codebookFigures(model, survey, about) : null,
    notes,
    seconds: kept.seconds(),
  };
}

const kindNotes: Record<Measured["kind"], string[]> = {
  vae: [],
  autoencoder: [
    "objective ae has no posterior: reconstruction at z = mu is all there is to measure; it bounds no likelihood",
  ],
  codebook: [
    "objective vq has one code for each x and no draws: there are no importance-weighted bounds, and the ELBO's KL is that of " +
      "the uniform prior",
  ],
};

function chosenIndices(data: Dataset, { indices, limit }: EvaluateOptions): Uint32Array {
  const all = exampleIndices(data, indices);
  return limit === undefined ? all : all.slice(0, limit);
}

/** Of models whose z is no draw. */
function oneDraw({ count }: Examples): DrawPlan {
  return { positions: Uint32Array.from({ length: count }, (_, i) => i), draws: 1, samples: [] };
}

/** z = mu */
function withoutNoise(model: EvaluatedModel): EvaluatedModel {
  return {
    ...model,
    async densities(sizes) {
      const pass = await model.densities(sizes);
      return { ...pass, run: (batch, eps) => pass.run(batch, eps.fill(0)) };
    },
  };
}

/** Of all that decides an evaluation's numbers. */
function digestOf(
  model: EvaluatedModel,
  { digest, indices }: Examples,
  plans: readonly DrawPlan[],
  { seed, rows }: { seed: number; rows: number },
): string {
  return evaluationDigest({
    model: model.digest,
    examples: digest,
    indices: [...indices],
    seed,
    rows,
    plans: plans.map(({ positions, draws, samples }) => ({ positions: [...positions], draws, samples })),
  });
}

/** All plans' draws that are not done yet. */
async function drawPlanned(
  model: EvaluatedModel,
  examples: Examples,
  plans: readonly DrawPlan[],
  kept: KeptProgress,
  { seed, rows, signal, onProgress }: EvaluateOptions & { seed: number; rows: number },
): Promise<void> {
  const total = plans.reduce((sum, { positions, draws }) => sum + positions.length * draws, 0);
  const before = plans.reduce((sum, { draws }, p) => sum + kept.results[p]!.length * draws, 0);
  const began = performance.now();
  let done = before;
  for (const [p, plan] of plans.entries()) {
    await drawAll(model, examples, plan, {
      seed,
      rows,
      results: kept.results[p]!,
      signal,
      onDraws(count) {
        done += count;
        const perDraw = (performance.now() - began) / 1000 / (done - before);
        onProgress?.({ done, total, secondsLeft: (total - done) * perDraw });
      },
      onExamples: () => kept.onExamples(),
    });
  }
}
