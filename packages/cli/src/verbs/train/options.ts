import {
  integerFromZero,
  numberFromZero,
  oneOf,
  positiveInteger,
  positiveIntegers,
  positiveNumber,
  shareBelowOne,
} from "../../options.js";
import { kindWithSettings, numberWithSettings, orNone, settingsOnly } from "../../setting.js";
import { bounds, capacity, oneOfTrueFalse, validationPart, warmup, wordList } from "./parsers.js";
import type { TrainOptions } from "./types.js";

export interface OptionSpec {
  /** As commander writes it. */
  flags: string;
  about: string;
  parse: (text: string) => unknown;
  /** Whether a --config file may give it as an object, which the library checks. */
  object?: true;
}

export type OptionName = Exclude<keyof TrainOptions, "data" | "force">;

const kind = (flags: string, about: string, example: string): OptionSpec => ({
  flags,
  about,
  parse: kindWithSettings(flags.split(" ")[0]!, example),
  object: true,
});
const integer = (flags: string, about: string): OptionSpec => ({
  flags,
  about,
  parse: positiveInteger(flags.split(" ")[0]!),
});
const integers = (flags: string, about: string, example: string): OptionSpec => ({
  flags,
  about,
  parse: positiveIntegers(flags.split(" ")[0]!, example),
});

/** Every option of a run, under the heading that --help has it under; names as --config files have them. */
export const optionGroups: Readonly<Record<string, Partial<Record<OptionName, OptionSpec>>>> = {
  "Run:": {
    out: { flags: "--out <run>", about: "directory for configuration, metrics, checkpoints", parse: String },
  },
  "Data:": {
    limit: integer("--limit <n>", "use the first n examples only"),
    validation: {
      flags: "--validation <part>",
      about: "share, number, or other data to validate on (default: 0.1)",
      parse: validationPart,
    },
    binarize: {
      flags: "--binarize <how>",
      about: "none, or dynamic: black and white pictures drawn from the grey (default: none)",
      parse: String,
    },
  },
  "Model:": {
    preset: {
      flags: "--preset <name>",
      about:
        "a known model and how it is trained: keras-dense, keras-conv or exemplar; other options go over it",
      parse: String,
    },
    model: {
      flags: "--model <kind>",
      about: "mlp, gated-mlp, conv, resnet, or custom with --module (default: mlp)",
      parse: String,
    },
    latent: integer("--latent <n>", "latent dimensions (default: 16)"),
    likelihood: kind(
      "--likelihood <kind>",
      "bernoulli, continuous-bernoulli, gaussian, laplace, discretized-logistic or categorical (default: bernoulli)",
      "gaussian:sigma=0.1",
    ),
    prior: kind(
      "--prior <kind>",
      "standard-normal, mixture, vamp or codebook (default: standard-normal; codebook for objective vq)",
      "mixture:components=20",
    ),
    condition: {
      flags: "--condition <on>",
      about: "tell encoder and decoder the labels, or columns of the data: labels, or scale,rotation",
      parse: wordList("--condition", "labels or scale,rotation"),
    },
  },
  "Layers, of the models that have them:": {
    hidden: integers(
      "--hidden <list>",
      'units of the encoder\'s hidden layers, "" for none; the decoder has them in reverse (mlp: 512,256; gated-mlp: 300,300)',
      "512,256",
    ),
    filters: integers("--filters <list>", "channels of the convolutions (conv: 32,64)", "32,64"),
    kernel: integer("--kernel <n>", "height and width of a filter (conv: 3)"),
    dense: integer("--dense <n>", "units of the encoder's last hidden layer (conv: 16)"),
    channels: integers(
      "--channels <list>",
      "channels of the stages, each of which halves height and width (resnet: 64,128,256)",
      "64,128,256",
    ),
    blocks: integer("--blocks <n>", "residual blocks per stage (resnet: 1)"),
    norm: { flags: "--norm <kind>", about: "group, batch or none (resnet: group)", parse: String },
    groups: integer("--groups <n>", "groups of channels for --norm group (resnet: 8)"),
    activation: {
      flags: "--activation <name>",
      about:
        "relu, leakyRelu, elu, selu, gelu, silu, tanh, sigmoid, softplus or linear (mlp, conv: relu; resnet: silu)",
      parse: String,
    },
    batchNorm: {
      flags: "--batch-norm",
      about: "batch normalisation before each activation (mlp, conv: no)",
      parse: oneOfTrueFalse("batchNorm"),
    },
    dropout: {
      flags: "--dropout <share>",
      about: "share of the units that a step leaves out (mlp, conv: 0)",
      parse: shareBelowOne("--dropout"),
    },
    logvar: {
      flags: "--logvar <min,max>",
      about: "bounds of the encoder's ln sigma^2, or none (gated-mlp: -6,2; others: none)",
      parse: orNone(bounds("--logvar")),
      object: true,
    },
    module: {
      flags: "--module <file>",
      about: "ES module whose default export builds encoder and decoder (custom)",
      parse: String,
    },
    moduleOptions: {
      flags: "--module-options <settings>",
      about: "what the module is told: depth=3,width=64 (custom)",
      parse: settingsOnly("--module-options", "depth=3,width=64"),
      object: true,
    },
  },
  "Objective:": {
    objective: kind(
      "--objective <kind>",
      "elbo, iwae, beta-tc, infovae, vq, or ae for a plain autoencoder (default: elbo)",
      "iwae:samples=50",
    ),
    beta: {
      flags: "--beta <weight>",
      about: "weight of the KL in the loss (default: 1)",
      parse: numberFromZero("--beta"),
    },
    klWarmup: {
      flags: "--kl-warmup <epochs>",
      about: "epochs in which that weight rises to beta: 10, or cyclical:cycles=4 (default: none)",
      parse: orNone(warmup),
      object: true,
    },
    capacity: {
      flags: "--capacity <nats>",
      about:
        "draw the KL to so many nats, over so many epochs: 25:epochs=10; needs a large beta (default: none)",
      parse: orNone(capacity),
      object: true,
    },
    freeBits: {
      flags: "--free-bits <nats>",
      about: "nats of KL that are free: 0.5 for each latent dimension, 8:group=all for all (default: none)",
      parse: orNone(numberWithSettings("--free-bits", "nats", "0.5, or 8:group=all")),
      object: true,
    },
    klUnit: {
      flags: "--kl-unit <unit>",
      about: "what warm-up and capacity change with, step or epoch (default: step)",
      parse: oneOf("--kl-unit", ["step", "epoch"]),
    },
  },
  "Learning:": {
    epochs: integer("--epochs <n>", "passes over the training examples, in all (default: 10)"),
    batch: integer("--batch <n>", "examples per update (default: 128)"),
    optimizer: kind("--optimizer <kind>", "adam, adamw, rmsprop or sgd (default: adam)", "sgd:momentum=0.9"),
    lr: { flags: "--lr <rate>", about: "learning rate (default: 0.001)", parse: positiveNumber("--lr") },
    rate: kind(
      "--rate <kind>",
      "how the learning rate changes: constant, cosine, step or plateau (default: constant)",
      "cosine:warmupEpochs=5",
    ),
    clip: {
      flags: "--clip <norm>",
      about: "largest global norm of the gradients (default: none)",
      parse: orNone(positiveNumber("--clip")),
    },
    ema: {
      flags: "--ema <decay>",
      about: "validate and keep a moving average of the weights: 0.999 (default: none)",
      parse: orNone(positiveNumber("--ema")),
    },
    patience: {
      flags: "--patience <epochs>",
      about:
        "stop after so many epochs without a better validation loss; the best epoch's weights are kept (default: none)",
      parse: orNone(positiveInteger("--patience")),
    },
    seed: {
      flags: "--seed <n>",
      about: "decides initial weights, order and noise (default: 0)",
      parse: integerFromZero("--seed"),
    },
  },
  "Running:": {
    engine: {
      flags: "--engine <name>",
      about: "compiled, tfjs-node, wasm or cpu (default: compiled)",
      parse: String,
    },
    threads: integer("--threads <n>", "threads of the compiled engine (default: all)"),
    checkpointEvery: integer("--checkpoint-every <n>", "updates between checkpoints within an epoch"),
  },
};

/** Options that a --config file may hold, `data` among them, which is an argument on the command line. */
export const configOptions: Readonly<Record<string, Pick<OptionSpec, "parse" | "object">>> = Object.assign(
  { data: { parse: String } },
  ...Object.values(optionGroups),
);

/** `freeBits` -> `--free-bits` */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
