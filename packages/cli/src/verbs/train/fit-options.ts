import type { FitOptions, Preset } from "@vaekit/train";
import { rates } from "@vaekit/train";
import { noneAsNull } from "../../setting.js";
import type { TrainOptions } from "./types.js";

/** How the model is trained, by options that go over a preset's. */
export function fitOptionsOf(options: TrainOptions, preset: Preset | null): FitOptions {
  const own = {
    epochs: options.epochs,
    batch: options.batch,
    learningRate: options.lr,
    rate: options.rate && withLists(rates, options.rate),
    optimizer: options.optimizer,
    objective: options.objective,
    beta: options.beta,
    warmup: noneAsNull(options.klWarmup),
    capacity: noneAsNull(options.capacity),
    freeBits: noneAsNull(options.freeBits),
    klUnit: options.klUnit,
    clip: noneAsNull(options.clip),
    ema: noneAsNull(options.ema),
    patience: noneAsNull(options.patience),
    seed: options.seed,
    engine: options.engine,
    binarize: options.binarize,
    threads: options.threads,
    checkpointEvery: options.checkpointEvery,
    validation: typeof options.validation === "number" ? options.validation : undefined,
  };
  const merged = { ...preset?.fit, ...keep(own, (value) => value !== undefined) };
  // The library checks every name and setting.
  return keep(merged, (value) => value !== null) as FitOptions;
}

function keep(options: object, wanted: (value: unknown) => boolean): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => wanted(value)));
}

/** `milestones=10` is a number until the schema says that the setting is a list. */
function withLists<C extends { kind: string }>(kinds: object, config: C): C {
  const { shape } = ((kinds as Record<string, { schema: unknown }>)[config.kind]?.schema ?? {}) as {
    shape?: Record<string, { safeParse(value: unknown): { success: boolean } }>;
  };
  const entries = Object.entries(config).map(([name, value]) => {
    const field = shape?.[name];
    const list = field && !field.safeParse(value).success && field.safeParse([value]).success;
    return [name, list ? [value] : value];
  });
  return Object.fromEntries(entries);
}
