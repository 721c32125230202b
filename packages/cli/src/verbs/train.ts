import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { DataError, UsageError } from "@vaekit/infer";
import type {
  ActivationName,
  EngineName,
  FitOptions,
  ObjectiveName,
  OptimizerName,
  Run,
} from "@vaekit/train";
import type { Command } from "commander";
import { interruptible } from "../interrupt.js";
import type { Io, OutputFlags } from "../io.js";
import {
  integerFromZero,
  numberFromZero,
  positiveInteger,
  positiveIntegers,
  positiveNumber,
} from "../options.js";
import { createProgress } from "../progress.js";
import { quote } from "../quote.js";
import { action, verb } from "../verb.js";

interface TrainOptions extends OutputFlags {
  out?: string;
  resume?: string;
  config?: string;
  force?: boolean;
  latent?: number;
  hidden?: number[];
  activation?: string;
  epochs?: number;
  batch?: number;
  lr?: number;
  optimizer?: string;
  objective?: string;
  beta?: number;
  seed?: number;
  engine?: string;
  limit?: number;
  validation?: string;
  binarize?: string;
  threads?: number;
  checkpointEvery?: number;
}

/** Options that a --config file may hold, with what checks them; the same as on the command line. */
const parsers: Record<string, (text: string) => unknown> = {
  data: String,
  out: String,
  latent: positiveInteger("--latent"),
  hidden: positiveIntegers("--hidden"),
  activation: String,
  epochs: positiveInteger("--epochs"),
  batch: positiveInteger("--batch"),
  lr: positiveNumber("--lr"),
  optimizer: String,
  objective: String,
  beta: numberFromZero("--beta"),
  seed: integerFromZero("--seed"),
  engine: String,
  limit: positiveInteger("--limit"),
  validation: String,
  binarize: String,
  threads: positiveInteger("--threads"),
  checkpointEvery: positiveInteger("--checkpoint-every"),
};

export function trainVerb(): Command {
  const option = (name: string) => parsers[name] as (text: string) => never;
  return verb({
    usage: "train [data]",
    summary: "Train a VAE on a named data set (mnist, fashion-mnist) or an IDX file",
    example: "vaekit train mnist --latent 32 --hidden 512,256 --epochs 5 --out runs/digits",
  })
    .option("--out <run>", "directory for the run: configuration, metrics, checkpoints")
    .option("--resume <run>", "go on with a run from its newest checkpoint")
    .option("--config <file>", "read these options from a JSON file; the command line wins")
    .option("--latent <n>", "latent dimensions (default: 16)", option("latent"))
    .option(
      "--hidden <list>",
      'units of the encoder\'s hidden layers, "" for none (default: 512,256)',
      option("hidden"),
    )
    .option(
      "--activation <name>",
      "relu, leakyRelu, elu, selu, gelu, silu, tanh, sigmoid, softplus, linear (default: relu)",
    )
    .option("--epochs <n>", "passes over the training examples, in all (default: 10)", option("epochs"))
    .option("--batch <n>", "examples per update (default: 128)", option("batch"))
    .option("--lr <rate>", "learning rate (default: 0.001)", option("lr"))
    .option("--optimizer <name>", "adam, rmsprop or sgd (default: adam)")
    .option("--objective <name>", "elbo, or ae for a plain autoencoder (default: elbo)")
    .option("--beta <weight>", "weight of the KL in the loss (default: 1)", option("beta"))
    .option("--seed <n>", "decides initial weights, order and noise (default: 0)", option("seed"))
    .option("--engine <name>", "compiled, tfjs-node, wasm or cpu (default: compiled)")
    .option("--limit <n>", "use the first n examples only", option("limit"))
    .option("--validation <part>", "share, number, or other data to validate on (default: 0.1)")
    .option(
      "--binarize <how>",
      "none, or dynamic: black and white pictures drawn from the grey (default: none)",
    )
    .option("--threads <n>", "threads of the compiled engine (default: all)", option("threads"))
    .option(
      "--checkpoint-every <n>",
      "updates between checkpoints within an epoch",
      option("checkpointEvery"),
    )
    .option("--force", "replace what is at --out")
    .action(
      action<TrainOptions>(async ([data], options, io) => {
        const run =
          options.resume === undefined ? await start(data, options, io) : await goOn(data, options, io);
        report(run, io);
      }),
    );
}

async function start(argument: string | undefined, flags: TrainOptions, io: Io): Promise<Run> {
  const options = {
    ...(flags.config === undefined ? {} : await readConfig(flags.config)),
    ...flags,
  } as TrainOptions & {
    data?: string;
  };
  const source = argument ?? options.data;
  if (!source) throw new UsageError("train: say what to train on: `vaekit train mnist --out runs/digits`");
  if (!options.out) throw new UsageError("train: say where the run goes: --out runs/digits");
  const { fit, mlp, namedData, openData } = await import("@vaekit/train");
  /** Named data stay as they are; a file is found again from anywhere. */
  const lasting = (name: string) => (Object.hasOwn(namedData, name.split(":")[0]!) ? name : resolve(name));
  // Everything that can be wrong with the options is found before any data are read.
  const modelOf = (shape: readonly number[]) =>
    mlp({
      shape,
      latent: options.latent ?? 16,
      hidden: options.hidden,
      activation: options.activation as ActivationName | undefined,
    });
  modelOf([1, 1, 1]);
  const validation = await parseValidation(options.validation);
  const data = await openData(source, { limit: options.limit });
  const fitOptions: FitOptions = {
    epochs: options.epochs,
    batch: options.batch,
    learningRate: options.lr,
    optimizer: options.optimizer as OptimizerName | undefined,
    objective: options.objective as ObjectiveName | undefined,
    beta: options.beta,
    seed: options.seed,
    engine: options.engine as EngineName | undefined,
    binarize: options.binarize as FitOptions["binarize"],
    threads: options.threads,
    checkpointEvery: options.checkpointEvery,
    validation: typeof validation === "string" ? await openData(validation) : validation,
    source: {
      data: lasting(source),
      limit: options.limit,
      validation: typeof validation === "string" ? lasting(validation) : undefined,
    },
    out: options.out,
    force: options.force,
  };
  return interruptible(options.out, io, (signal) =>
    fit(modelOf(data.shape), data, { ...fitOptions, signal, onEvent: createProgress(process.stderr) }),
  );
}

async function goOn(data: string | undefined, options: TrainOptions, io: Io): Promise<Run> {
  const fixed = Object.keys(options).filter(
    (name) => !["resume", "json", "debug", "epochs", "engine", "threads", "checkpointEvery"].includes(name),
  );
  if (data !== undefined || fixed.length > 0) {
    throw new UsageError(
      `train --resume takes --epochs, --engine, --threads and --checkpoint-every only; the run keeps ${data === undefined ? `--${fixed[0]}` : "its data"} as it began`,
    );
  }
  const { resume } = await import("@vaekit/train");
  return interruptible(options.resume!, io, (signal) =>
    resume(options.resume!, {
      epochs: options.epochs,
      engine: options.engine as EngineName | undefined,
      threads: options.threads,
      checkpointEvery: options.checkpointEvery,
      signal,
      onEvent: createProgress(process.stderr),
    }),
  );
}

/** @throws UsageError for an option that does not exist or has a wrong value; DataError for a file that is no JSON object */
async function readConfig(path: string): Promise<Record<string, unknown>> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new DataError(`${path}: cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new DataError(`${path}: must be a JSON object of options, such as {"latent": 32}`);
  }
  const { nearest } = await import("@vaekit/train");
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => {
      const parse = parsers[name];
      if (!parse) {
        const near = nearest(name, Object.keys(parsers));
        throw new UsageError(
          `${path}: there is no option "${name}".${near ? ` Did you mean "${near}"?` : ""}`,
        );
      }
      return [name, parse(Array.isArray(value) ? value.join(",") : String(value))];
    }),
  );
}

/** A share or number of examples, or the name of other data. */
async function parseValidation(text: string | undefined): Promise<number | string | undefined> {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) return text;
  if (value >= 0 && (value < 1 || Number.isInteger(value))) return value;
  throw new UsageError(
    `--validation takes a share below 1, a whole number of examples, or data, got "${text}"`,
  );
}

function report({ vae, config, metrics, directory, stopped }: Run, io: Io): void {
  vae.dispose();
  const last = metrics.at(-1) ?? null;
  const next = stopped
    ? `Stopped. Go on with: npx vaekit train --resume ${quote(directory!)}`
    : `Next: npx vaekit export ${quote(directory!)} --out ${quote(join("models", basename(directory!)))}`;
  io.result({ run: directory, stopped, epochs: config.epochs, metrics: last }, `run: ${directory}\n${next}`);
}
