import { fit, openData, presets, resume } from "@vaekit/train";
import { trainOrResume } from "./support.mjs";

/**
 * The Gaussian-prior VAE of the Exemplar VAE's table (Norouzi, Fleet & Norouzi 2020, table 1): 2x300 gated dense layers,
 * 40 latents, dynamic binarisation, 5,000 importance samples.
 */
function exemplar(name, data, { reference, interval, goal }) {
  return {
    name,
    source: "Norouzi, Fleet & Norouzi 2020, Exemplar VAE, table 1 (VAE with Gaussian prior)",
    quantity: "negative log-likelihood of the test examples, nats, lower is better",
    reference: `${reference} +- ${interval}`,
    goal: { value: goal, direction: "at most" },
    protocol:
      "50,000 train, 10,000 validate, 10,000 test; 2x300 gated dense, 40 latents, ln sigma^2 within -6 and 2; Adam 5e-4, batch 100; " +
      "KL weight min(epoch / 100, 1); stops after 50 epochs without a better validation ELBO, whose weights are used; training pictures " +
      "drawn black and white in each step, test pictures once; 5,000 importance samples for each test example",
    async run(context) {
      const { fit: settings, model } = presets.exemplar;
      const train = await openData(data);
      const { run, hours } = await trainOrResume(context, (options) =>
        fit(model(train.shape), train, { ...settings, seed: context.seed, source: { data }, ...options }),
      );
      const result = await context.evaluate(run, `${data}:test`, { importance: [5000] });
      return { value: -result.bounds[0].value, run, result, hours };
    },
  };
}

export const exemplarMnist = exemplar("exemplar-mnist", "mnist", { reference: 84.45, interval: 0.12, goal: 84.9 });
export const exemplarFashion = exemplar("exemplar-fashion", "fashion-mnist", {
  reference: 228.7,
  interval: 0.15,
  goal: 229.3,
});
