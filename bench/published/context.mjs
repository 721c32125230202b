import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { evaluate, evaluatedRun, loadRun, openData, resume } from "@vaekit/train";

/**
 * What an experiment works with. All of it goes on where an earlier call was stopped: training from its checkpoint, an
 * evaluation from the file that keeps what is done.
 */
export function createContext({ folder, seed, threads, trained, examples, log }) {
  mkdirSync(folder, { recursive: true });
  return {
    seed,
    log,
    /** start: (options for fit) => the run. data: where they have no name, for resuming */
    async train(name, start, data) {
      const out = join(folder, name);
      if (trained) return loadRun(out);
      const options = { threads, onEvent: reporter(name, log) };
      const run = existsSync(join(out, "config.json"))
        ? await resume(out, { ...options, data })
        : await start({ out, ...options });
      run.vae.dispose();
      return loadRun(out);
    },
    /** -ln p(x) of named data by the importance-weighted bound with `samples` draws of z. */
    async negativeLogLikelihood(name, run, data, samples) {
      const model = evaluatedRun(run, { threads });
      const report = await evaluate(model, await openData(data), {
        name: data,
        seed,
        importance: [samples],
        importanceExamples: examples,
        binarize: "dynamic",
        resumeFile: join(folder, `${name}.evaluation.json`),
        onProgress: throttled(({ done, total, secondsLeft }) =>
          log(
            `${name}: ${((100 * done) / total).toFixed(1)} % of the draws, ${Math.round(secondsLeft / 60)} min left`,
          ),
        ),
      });
      await model.dispose();
      // Of the plans the last is that with `samples` draws.
      const { value, interval, examples: count } = report.bounds.at(-1);
      return {
        value: -value,
        interval: interval.examples && { low: -interval.examples[1], high: -interval.examples[0] },
        examples: count,
        elbo: report.elbo.value,
        seconds: report.seconds,
      };
    },
  };
}

/** Hours that a run's epochs took, over all calls. */
export function trainingHours({ metrics }) {
  return metrics.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
}

function reporter(name, log) {
  return (event) => {
    if (event.type === "epoch") {
      const { epoch, loss, validation, beta, seconds } = event.metrics;
      const held = validation ? `, validation -ELBO ${(-validation.elbo).toFixed(2)}` : "";
      log(
        `${name}: epoch ${epoch}, loss ${loss.toFixed(2)}, beta ${beta.toFixed(2)}${held}, ${seconds.toFixed(1)} s`,
      );
    } else if (event.type === "warning") log(`${name}: note: ${event.message}`);
    else if (event.type === "early-stop") log(`${name}: stopped early, best epoch ${event.best}`);
  };
}

/** At most one call a minute. */
function throttled(report) {
  let last = 0;
  return (progress) => {
    if (performance.now() - last < 60_000) return;
    last = performance.now();
    report(progress);
  };
}
