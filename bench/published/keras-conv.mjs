import { fit, images, openData, presets } from "@vaekit/train";
import { trainingHours } from "./context.mjs";

const reference = { loss: 146.95, reconstruction: 140.15, kl: 6.8 };

/** Keras's example of a convolutional VAE. */
export const kerasConv = {
  source: "Keras's example variational_autoencoder, output of its last epoch",
  reference: `${reference.loss} (reconstruction ${reference.reconstruction} + KL ${reference.kl.toFixed(2)})`,
  goal: { within: { of: reference.loss, share: 0.02 } },
  quantity: "training loss over the 30th epoch, nats per example, grey pixels as Bernoulli targets",
  protocol:
    "all 70,000 digits; convolutions 32 and 64 with stride 2, dense 16, 2 latents, mirrored; Adam 1e-3, batch 128, 30 epochs",
  async run(context) {
    const parts = [await openData("mnist"), await openData("mnist:test")];
    const values = new Uint8Array(parts.reduce((sum, part) => sum + part.values.length, 0));
    values.set(parts[0].values);
    values.set(parts[1].values, parts[0].values.length);
    const data = images({ name: "mnist, all 70,000", shape: parts[0].shape, values });
    const { model, fit: settings } = presets["keras-conv"];
    const run = await context.train(
      "run",
      (options) => fit(model(data.shape), data, { ...settings, seed: context.seed, ...options }),
      data,
    );
    run.vae.dispose();
    const { loss, train, epoch } = run.metrics.at(-1);
    return {
      value: loss,
      interval: null,
      figures: { epochs: epoch, reconstruction: train.reconstruction, kl: train.kl },
      hours: { training: trainingHours(run), evaluation: 0 },
    };
  },
};
