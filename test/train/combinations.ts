import { fileURLToPath, pathToFileURL } from "node:url";
import { UsageError } from "@vaekit/infer";
import {
  type AnyModelConfig,
  type CustomOptions,
  conditionOn,
  conv,
  custom,
  type Dataset,
  type EngineName,
  type FitOptions,
  gatedMlp,
  mlp,
  resnet,
  Vae,
} from "@vaekit/train";
import { checkKernels } from "../../packages/train/src/engine/kernels.ts";
import { learningConfig, planRun } from "../../packages/train/src/plan.ts";
import type { RunConfig } from "../../packages/train/src/run/config.ts";
import { bars } from "../support/data.ts";

/** 512 pictures of four grey levels, [6, 5, 1], each with a label and a column: data that every likelihood gives a probability. */
function pictures(): Dataset {
  const { values, ...data } = bars(512);
  const grey = values.map((value) => 85 * Math.round(value / 85));
  const labels = Uint8Array.from({ length: data.count }, (_, i) => i % 3);
  const lit = Float32Array.from({ length: data.count }, (_, i) =>
    grey.subarray(i * 30, (i + 1) * 30).reduce((sum, value) => sum + value / 255, 0),
  );
  return { ...data, name: "four greys", values: grey, labels, columns: { names: ["lit"], values: lit } };
}

export const data = pictures();

type Options = Parameters<typeof mlp>[0];
const { shape } = data;
const module = fileURLToPath(new URL("custom-models/one-layer.mjs", import.meta.url));
const { default: build } = (await import(pathToFileURL(module).href)) as { default: CustomOptions["build"] };

/** A value of each kind in each table, and of each way in which one changes what is computed. */
const models: Record<string, (options: Options) => AnyModelConfig> = {
  mlp: (options) => mlp({ ...options, hidden: [12] }),
  "mlp with batch normalisation and dropout": (options) =>
    mlp({ ...options, hidden: [12], batchNorm: true, dropout: 0.2 }),
  "gated-mlp": (options) => gatedMlp({ ...options, hidden: [12] }),
  "conv with batch normalisation": (options) => conv({ ...options, filters: [2], dense: 6, batchNorm: true }),
  resnet: (options) => resnet({ ...options, channels: [2], groups: 2 }),
  custom: (options) => custom({ ...options, build, module, options: { activation: "tanh" } }),
};

const likelihoods: Record<string, NonNullable<Options["likelihood"]>> = {
  bernoulli: "bernoulli",
  "continuous-bernoulli": "continuous-bernoulli",
  gaussian: { kind: "gaussian", sigma: 0.5 },
  "gaussian of many sigmas": { kind: "gaussian", sigma: "per-element" },
  laplace: "laplace",
  "discretized-logistic": "discretized-logistic",
  categorical: { kind: "categorical", levels: 4 },
};

const priors: Record<string, NonNullable<Options["prior"]>> = {
  "standard-normal": "standard-normal",
  mixture: { kind: "mixture", components: 3 },
  vamp: { kind: "vamp", pseudoInputs: 5 },
  codebook: { kind: "codebook", codes: 7, dimension: 2 },
};

const conditions = {
  "no condition": null,
  labels: conditionOn(data, "labels"),
  columns: conditionOn(data, ["lit"]),
};

const objectives: Record<string, NonNullable<FitOptions["objective"]>> = {
  elbo: "elbo",
  ae: "ae",
  iwae: { kind: "iwae", samples: 3 },
  "iwae with dreg": { kind: "iwae", samples: 3, gradient: "dreg" },
  "beta-tc": "beta-tc",
  infovae: "infovae",
  vq: "vq",
};

const optimizers: Record<string, NonNullable<FitOptions["optimizer"]>> = {
  adam: "adam",
  adamw: "adamw",
  rmsprop: "rmsprop",
  sgd: { kind: "sgd", momentum: 0.9 },
};

const rates: Record<string, FitOptions> = {
  constant: { rate: "constant" },
  cosine: { rate: "cosine" },
  step: { rate: { kind: "step", every: 1 }, epochs: 2 },
  plateau: { rate: { kind: "plateau", patience: 1 }, epochs: 3 },
};

const klControls: Record<string, FitOptions> = {
  "plain KL": {},
  beta: { beta: 0.5 },
  "linear warm-up": { warmup: 0.5 },
  "cyclical warm-up": { warmup: { kind: "cyclical", cycles: 2 } },
  capacity: { beta: 10, capacity: { nats: 2, epochs: 0.5 } },
  "free bits of each dimension": { freeBits: 0.1 },
  "free bits of all": { freeBits: { nats: 0.5, group: "all" } },
};

const extras: Record<string, FitOptions> = {
  "nothing more": {},
  "weights' averages": { ema: 0.9 },
  clipping: { clip: 1 },
  patience: { patience: 1, epochs: 3 },
};

const binarizations = ["none", "dynamic"] as const;
const engineNames: EngineName[] = ["compiled", "tfjs-node", "wasm", "cpu"];

/** Ways that differ little from another one of their kind: they would make a quarter more cases of pairs. */
const nightly = ["gaussian of many sigmas", "iwae with dreg"];
const namesOf = (table: object) =>
  Object.keys(table).filter((name) => process.env.VAEKIT_NIGHTLY || !nightly.includes(name));

/** Names of every factor's values: what a case has one of each. */
export const factors = {
  model: Object.keys(models),
  likelihood: namesOf(likelihoods),
  prior: Object.keys(priors),
  objective: namesOf(objectives),
  engine: engineNames as string[],
  condition: Object.keys(conditions),
  optimizer: Object.keys(optimizers),
  rate: Object.keys(rates),
  kl: Object.keys(klControls),
  extra: Object.keys(extras),
  binarize: [...binarizations] as string[],
} as const;

export type Factor = keyof typeof factors;
export type Case = Readonly<Record<Factor, string>>;
const names = Object.keys(factors) as Factor[];
export const sizes = names.map((name) => factors[name].length);

export function caseOf(row: readonly number[]): Case {
  return Object.fromEntries(names.map((name, i) => [name, factors[name][row[i]!]!])) as unknown as Case;
}

export function rowOf(given: Partial<Case>): number[] {
  return names.map((name) => Math.max(0, factors[name].indexOf(given[name] ?? "")));
}

export function modelOf({ model, likelihood, prior, condition }: Case): AnyModelConfig {
  return models[model]!({
    shape,
    latent: 4,
    likelihood: likelihoods[likelihood]!,
    prior: priors[prior]!,
    condition: conditions[condition as keyof typeof conditions],
  });
}

/** A quick run: one epoch, where what the case asks for needs no more. */
export function optionsOf(given: Case): FitOptions & { epochs: number } {
  const [rate, kl, extra] = [rates[given.rate]!, klControls[given.kl]!, extras[given.extra]!];
  return {
    batch: 96,
    seed: 5,
    learningRate: 1e-3,
    objective: objectives[given.objective]!,
    optimizer: optimizers[given.optimizer]!,
    engine: given.engine as EngineName,
    binarize: given.binarize as FitOptions["binarize"],
    ...rate,
    ...kl,
    ...extra,
    epochs: Math.max(rate.epochs ?? 1, extra.epochs ?? 1),
  };
}

/** tfjs's plain JavaScript convolves slowly: pairs with it are wanted, but no more cases of them than it takes. */
export function costOf(row: readonly number[]): number {
  const { model, engine, rate, extra } = caseOf(row);
  const epochs = Math.max(rates[rate]!.epochs ?? 1, extras[extra]!.epochs ?? 1);
  const convolves = !/mlp|custom/.test(model);
  return convolves ? (engine === "cpu" ? 10 + 5 * epochs : 2) : 0;
}

/** Why `fit` would refuse a case before it trains, in the library's own words; null where it would not. */
export class Refusals {
  private readonly built = new Map<string, Vae | string>();
  private readonly missing = new Map<string, string | null>();

  why(given: Case): string | null {
    const vae = this.vaeOf(given);
    if (typeof vae === "string") return vae;
    try {
      const { job } = planRun(plannedRun(given, vae));
      if (given.engine !== "wasm") return null;
      // What decides which kernels a step has; tracing it for all else, too, takes too long.
      const key = [given.model, given.prior, given.objective].join();
      if (!this.missing.has(key))
        this.missing.set(
          key,
          messageOf(() => checkKernels("wasm", "wasm", job)),
        );
      return this.missing.get(key)!;
    } catch (error) {
      return usageMessage(error);
    }
  }

  dispose(): void {
    for (const vae of this.built.values()) if (typeof vae !== "string") vae.dispose();
    this.built.clear();
  }

  private vaeOf(given: Case): Vae | string {
    const { model, likelihood, prior, condition } = given;
    const key = [model, likelihood, prior, condition].join();
    if (!this.built.has(key)) {
      try {
        this.built.set(key, new Vae(modelOf(given), data, 5));
      } catch (error) {
        this.built.set(key, usageMessage(error));
      }
    }
    return this.built.get(key)!;
  }
}

/** The parts of a run's configuration that planning looks at. */
function plannedRun(given: Case, vae: Vae): Parameters<typeof planRun>[0] {
  const { engine, batch, epochs, binarize, ...options } = optionsOf(given);
  const train = Uint32Array.from({ length: 461 }, (_, i) => i);
  const kept = { data, indices: Uint32Array.from({ length: 51 }, (_, i) => 461 + i) };
  const config = { ...learningConfig(options), engine, batch, epochs, binarize } as RunConfig;
  return { config, vae, data, train, kept, options: {} };
}

function messageOf(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return usageMessage(error);
  }
}

/** What is no refusal goes on. */
function usageMessage(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  throw error;
}
