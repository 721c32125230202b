import { UsageError } from "@vaekit/infer";
import { type EngineName, type Run, resume } from "@vaekit/train";
import { interruptible } from "../../interrupt.js";
import type { Io } from "../../io.js";
import { createProgress } from "../../progress.js";
import { flagOf } from "./options.js";
import type { TrainFlags } from "./types.js";

const changeable = ["resume", "json", "debug", "epochs", "engine", "threads", "checkpointEvery"];

/** Go on with a run. */
export async function goOn(data: string | undefined, options: TrainFlags, io: Io): Promise<Run> {
  const fixed = Object.keys(options).filter((name) => !changeable.includes(name));
  if (data !== undefined || fixed.length > 0) {
    throw new UsageError(
      `train --resume takes --epochs, --engine, --threads and --checkpoint-every only; the run keeps ${data === undefined ? flagOf(fixed[0]!) : "its data"} as it began`,
    );
  }
  const progress = createProgress(process.stderr);
  let trained = false;
  const run = await interruptible(options.resume!, io, (signal) =>
    resume(options.resume!, {
      epochs: options.epochs,
      engine: options.engine as EngineName | undefined,
      threads: options.threads,
      checkpointEvery: options.checkpointEvery,
      signal,
      onEvent(event) {
        if (event.type === "epoch") trained = true;
        // Said below, where what it means for --resume is known.
        if (event.type !== "early-stop" || trained) progress(event);
      },
    }),
  );
  const { metrics, config, stopped } = run;
  if (!trained && !stopped && metrics.length < config.epochs) {
    io.note(
      `note: nothing was trained: ${options.resume} stopped early after epoch ${metrics.length}, by its patience of ` +
        `${config.patience} epochs, which a run keeps as it began. To train for longer, begin anew with a larger --patience and another --out.`,
    );
  }
  return run;
}
