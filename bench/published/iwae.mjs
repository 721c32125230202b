import { fit, mlp, openData } from "@vaekit/train";
import { trainingHours } from "./context.mjs";

const samples = 5000;
const published = { vae: 86.76, iwae: 84.78, epochs: 3280 };

/** Burda's network with one stochastic layer, trained with 1 and with 50 importance samples for as many epochs. */
export const iwae50 = {
  source:
    "Burda, Grosse & Salakhutdinov 2016, Importance Weighted Autoencoders, table 1, one stochastic layer",
  reference: `${published.vae} with K = 1, ${published.iwae} with K = 50, after ${published.epochs} epochs: ${(published.vae - published.iwae).toFixed(2)} between them`,
  goal: { atLeast: 0 },
  quantity: `nats by which K = 50 has the lower -ln p(x) of the test examples, ${samples} importance samples`,
  protocol:
    "60,000 examples; 784-200-200, 50 latents, and back, tanh; Adam with epsilon 1e-4, 1e-3, batch 20; both sides from the same seed " +
    "for the same epochs; training pictures are drawn black and white in each step, test pictures once",
  defaultEpochs: 20,
  async run(context) {
    const sides = {};
    for (const k of [1, 50]) {
      const run = await context.train(`k${k}`, async (options) => {
        const data = await openData("mnist");
        const model = mlp({ shape: data.shape, hidden: [200, 200], activation: "tanh", latent: 50 });
        return fit(model, data, {
          objective: { kind: "iwae", samples: k },
          optimizer: { kind: "adam", epsilon: 1e-4 },
          learningRate: 1e-3,
          batch: 20,
          epochs: context.epochs ?? this.defaultEpochs,
          validation: 0,
          binarize: "dynamic",
          seed: context.seed,
          source: { data: "mnist" },
          ...options,
        });
      });
      const test = await context.negativeLogLikelihood(`test-k${k}`, run, "mnist:test", samples);
      run.vae.dispose();
      sides[`k${k}`] = {
        value: test.value,
        interval: test.interval,
        examples: test.examples,
        elbo: test.elbo,
        epochs: run.metrics.length,
        training: trainingHours(run),
        evaluation: test.seconds / 3600,
      };
    }
    const { k1, k50 } = sides;
    return {
      value: k1.value - k50.value,
      interval: null,
      figures: sides,
      hours: { training: k1.training + k50.training, evaluation: k1.evaluation + k50.evaluation },
    };
  },
};
