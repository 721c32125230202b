import { fit, openData, presets } from "@vaekit/train";
import { trainingHours } from "./context.mjs";

const samples = 5000;

/** The VAE with a Gaussian prior of the Exemplar VAE's table. */
function exemplar(data, { reference, spread, goal }) {
  return {
    source:
      "Norouzi, Fleet & Norouzi 2020, Exemplar VAE, table of log-likelihoods, VAE with a Gaussian prior",
    reference: `${reference.toFixed(2)} +- ${spread}`,
    goal: { atMost: goal },
    quantity: `-ln p(x) of test examples, nats, ${samples} importance samples, lower is better`,
    protocol:
      "50,000 examples to train, 10,000 to validate; 2 x 300 gated dense, 40 latents, ln sigma^2 clamped to -6 .. 2; Adam 5e-4, " +
      "batch 100; KL weight min(epoch / 100, 1); up to 2,000 epochs, ends after 50 without a better validation ELBO, whose " +
      "weights are kept; training pictures are drawn black and white in each step, test pictures once",
    async run(context) {
      const run = await context.train("run", async (options) => {
        const train = await openData(data);
        const { model, fit: settings } = presets.exemplar;
        return fit(model(train.shape), train, {
          ...settings,
          epochs: context.epochs ?? settings.epochs,
          seed: context.seed,
          source: { data },
          ...options,
        });
      });
      const test = await context.negativeLogLikelihood("test", run, `${data}:test`, samples);
      run.vae.dispose();
      return {
        value: test.value,
        interval: test.interval,
        figures: {
          "test examples": test.examples,
          "ELBO of all test examples": test.elbo,
          epochs: run.metrics.length,
          "best epoch": run.bestEpoch,
          "validation ELBO after it": run.metrics[run.bestEpoch - 1].validation.elbo,
        },
        unfinished: run.stopped,
        hours: { training: trainingHours(run), evaluation: test.seconds / 3600 },
      };
    },
  };
}

export const exemplarMnist = exemplar("mnist", { reference: 84.45, spread: 0.12, goal: 84.9 });
export const exemplarFashion = exemplar("fashion-mnist", { reference: 228.7, spread: 0.15, goal: 229.3 });
