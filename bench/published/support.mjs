import { existsSync } from "node:fs";
import { join } from "node:path";
import { resume } from "@vaekit/train";

/** Train, or go on where an earlier call was stopped; says what happens on standard error. */
export async function trainOrResume({ folder, threads, signal, log }, start) {
  const out = join(folder, "run");
  const began = performance.now();
  const options = { threads, signal, onEvent: reporter(log) };
  const run = existsSync(join(out, "config.json"))
    ? await resume(out, options)
    : await start({ out, force: true, ...options });
  log(`${run.metrics.length} epochs; this call ${((performance.now() - began) / 3.6e6).toFixed(2)} h`);
  return run;
}

function reporter(log) {
  return (event) => {
    if (event.type === "epoch") {
      const { epoch, loss, validation, beta, seconds } = event.metrics;
      const held = validation ? `, validation -ELBO ${(-validation.elbo).toFixed(2)}` : "";
      log(`epoch ${epoch}: loss ${loss.toFixed(2)}, beta ${beta.toFixed(2)}${held}, ${seconds.toFixed(1)} s`);
    } else if (event.type === "warning") log(`note: ${event.message}`);
    else if (event.type === "early-stop") log(`stopped early; best epoch ${event.best}`);
  };
}

/** Hours that a run's epochs took, over all calls. */
export function trainingHours({ metrics }) {
  return metrics.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
}
