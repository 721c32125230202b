import { resolve } from "node:path";
import { UsageError } from "@vaekit/infer";
import {
  type ConditionConfig,
  checkOptions,
  choose,
  type FitOptions,
  fit,
  loadCustom,
  namedData,
  openData,
  type Preset,
  presets,
  type Run,
} from "@vaekit/train";
import { interruptible } from "../../interrupt.js";
import type { Io } from "../../io.js";
import { createProgress } from "../../progress.js";
import { readConfig } from "./config-file.js";
import { fitOptionsOf } from "./fit-options.js";
import { conditionOf, modelOf } from "./model.js";
import { withPreset } from "./preset-error.js";
import type { TrainFlags, TrainOptions } from "./types.js";

/** Train anew. Everything that can be wrong with the options alone is found before any data are read. */
export async function start(argument: string | undefined, flags: TrainFlags, io: Io): Promise<Run> {
  const { config, resume: _, json: __, debug: ___, ...own } = flags;
  const options: TrainOptions = { ...(config === undefined ? {} : await readConfig(config)), ...own };
  const source = argument ?? options.data;
  if (!source) throw new UsageError("train: say what to train on: `vaekit train mnist --out runs/digits`");
  const { out, force, validation } = options;
  if (!out) throw new UsageError("train: say where the run goes: --out runs/digits");
  const preset = presetOf(options.preset);
  const separate = typeof validation === "string" ? validation : undefined;
  const fitOptions = fitOptionsOf(options, preset);
  const draft = modelOf(options, preset, [1, 1, 1], anyCondition(options.condition));
  const check = (given: FitOptions) =>
    checkOptions(draft, separate === undefined ? given : { ...given, validation: 1 });
  await check(fitOptions).catch(async (error) => {
    throw preset ? await withPreset(error, options, preset, check) : error;
  });
  if (draft.kind === "custom") await loadCustom(draft);

  const data = await openData(source, { limit: options.limit });
  const model = modelOf(options, preset, data.shape, conditionOf(options.condition, data));
  const kept = separate === undefined ? {} : { validation: await openData(separate) };
  return interruptible(out, io, (signal) =>
    fit(model, data, {
      ...fitOptions,
      ...kept,
      source: {
        data: lasting(source),
        limit: options.limit,
        validation: separate === undefined ? undefined : lasting(separate),
      },
      out,
      force,
      signal,
      onEvent: createProgress(process.stderr),
    }),
  );
}

function presetOf(name: string | undefined): Preset | null {
  return name === undefined ? null : choose<Preset>(presets, name, "preset");
}

/** Stands for a condition that only the data decide. */
function anyCondition(on: string[] | undefined): ConditionConfig | null {
  return on ? { kind: "labels", classes: 2 } : null;
}

/** Named data stay as they are; a file is found again from anywhere. */
function lasting(name: string): string {
  return Object.hasOwn(namedData, name.split(":")[0]!) ? name : resolve(name);
}
