import { objectives } from "../objective/index.js";
import type { KlControls, ObjectiveKind } from "../objective/types.js";
import { betaOf, type Settings } from "./settings.js";

/** What of the KL's settings means anything to the run's objective; all of it where the objective is not known. */
export function controlsOf({ objective }: Settings): KlControls {
  if (!objective) return { beta: true, capacity: true, freeBits: true };
  const kind = objectives[objective.kind] as unknown as ObjectiveKind<{ kind: string }>;
  return kind.controls(objective);
}

/** `--kl-warmup ...`, where the objective takes it, nothing contradicts it and the run had none; else null. */
export function warmupAdvice(settings: Settings): string | null {
  const { kl } = settings;
  if (!controlsOf(settings).beta || kl?.warmup || kl?.capacity || betaOf(settings) === 0) return null;
  return "with a --kl-warmup over the first third of the epochs";
}

/** `--free-bits ...` of the prior's kind: one KL for all dimensions where the prior does not split it. Else null. */
export function freeBitsAdvice(settings: Settings): string | null {
  const { kl, model } = settings;
  if (!controlsOf(settings).freeBits || kl?.freeBits || kl?.capacity || betaOf(settings) === 0) return null;
  const prior = model?.prior?.kind ?? "standard-normal";
  if (prior === "standard-normal") return "with --free-bits 0.5";
  return `with --free-bits ${Math.max(1, (model?.latent ?? 16) / 2)}:group=all`;
}

/** What helps z against the KL at the start of training, of what the run's settings admit. */
export function startAdvice(settings: Settings): string {
  const { kl } = settings;
  const ways = [warmupAdvice(settings), freeBitsAdvice(settings)].filter((way) => way !== null);
  if (kl?.warmup && controlsOf(settings).beta) ways.unshift("with a longer --kl-warmup");
  if (ways.length === 0) ways.push("with another --seed", "with a lower --lr");
  return `train ${ways.join(", or ")}`;
}
