import { UsageError } from "@vaekit/infer";
import type { FitOptions, Preset } from "@vaekit/train";
import { fitOptionsOf } from "./fit-options.js";
import { flagOf } from "./options.js";
import type { TrainOptions } from "./types.js";

/** Of a preset's options, those that the command line calls otherwise. */
const flags: Readonly<Record<string, string>> = { warmup: "--kl-warmup", learningRate: "--lr" };
/** Those that "none" takes away. */
const removable = ["warmup", "patience", "capacity", "freeBits", "clip", "ema"];

/**
 * What is wrong with options, with a word on those that the preset brought and the user may not know of.
 * check: what found the error
 */
export async function withPreset(
  error: unknown,
  options: TrainOptions,
  preset: Preset,
  check: (options: FitOptions) => Promise<void>,
): Promise<unknown> {
  const fits = (fit: FitOptions) =>
    check(fitOptionsOf(options, { ...preset, fit })).then(
      () => true,
      () => false,
    );
  if (!(error instanceof UsageError) || !(await fits({}))) return error;
  const wrong: [string, unknown][] = [];
  for (const [name, value] of Object.entries(preset.fit)) {
    if (!(await fits({ [name]: value }))) wrong.push([name, value]);
  }
  if (wrong.length === 0) return error;
  const flag = (name: string) => flags[name] ?? flagOf(name);
  const given = wrong.map(([name, value]) => `${flag(name)} ${value}`).join(" and ");
  const without = wrong.filter(([name]) => removable.includes(name)).map(([name]) => `${flag(name)} none`);
  const cure = without.length > 0 ? `; ${without.join(" ")} takes that away` : "";
  return new UsageError(
    `${error.message.replace(/\.$/, "")}. Preset ${options.preset} brings ${given}: give your own over it${cure}.`,
    { cause: error },
  );
}
