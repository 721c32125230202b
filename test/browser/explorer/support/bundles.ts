import type { Dataset } from "@vaekit/train";
import { madeOnce } from "../../../support/made-once.ts";

const count = 300;

/** Loaded by the one file of a run that trains: tfjs takes seconds. */
const trainer = () => import("@vaekit/train");

/** Small models of real pictures, trained for some seconds: each with the codes of 300 examples. */
const models = {
  /** MNIST digits by convolutions, 8 latents; its bundle keeps the pictures. */
  conv: async () => {
    const { conv, openData } = await trainer();
    const data = await openData("mnist", { limit: 1500 });
    return {
      data,
      model: conv({ shape: data.shape, latent: 8, filters: [8, 16], dense: 32 }),
      pictures: true,
    };
  },
  /** Two latents, which are a map by themselves; without pictures. */
  two: async () => {
    const { mlp, openData } = await trainer();
    const data = await openData("mnist", { limit: 2000 });
    return { data, model: mlp({ shape: data.shape, latent: 2, hidden: [64] }), pictures: false };
  },
  /** Told the digit. */
  labels: async () => {
    const { conditionOn, mlp, openData } = await trainer();
    const data = await openData("mnist", { limit: 2000 });
    const condition = conditionOn(data, "labels");
    return { data, model: mlp({ shape: data.shape, latent: 6, hidden: [64], condition }), pictures: true };
  },
  /** Shapes in colour, 32 x 32, by convolutions. */
  colour: async () => {
    const { conv, shapes } = await trainer();
    const data = shapes({ count: 800, size: 32, colour: true, seed: 3 });
    return {
      data,
      model: conv({ shape: data.shape, latent: 6, filters: [8, 16], dense: 32 }),
      pictures: true,
    };
  },
  /** More latents than can be looked through at a glance, of which a large beta leaves a few active. */
  wide: async () => {
    const { mlp, openData } = await trainer();
    const data = await openData("mnist", { limit: 1500 });
    const model = mlp({ shape: data.shape, latent: 64, hidden: [64] });
    return { data, model, pictures: false, epochs: 5, beta: 3 };
  },
};
export type BundleName = keyof typeof models;

/** The model as a bundle in a directory that is not there yet. */
export function exportModel(name: BundleName, directory: string): Promise<void> {
  return madeOnce(`bundle-${name}`, directory, (fresh) => train(name, fresh));
}

async function train(name: BundleName, directory: string): Promise<void> {
  const { fit, takeRows } = await trainer();
  const { exportBundle } = await import("@vaekit/export");
  const { data, model, pictures, ...options } = await models[name]();
  const run = await fit(model, data, { epochs: 2, batch: 50, seed: 7, ...options });
  const index = Int32Array.from({ length: count }, (_, i) => i * Math.floor(data.count / count));
  const kept: Dataset = takeRows(data, [...index]);
  const told = name === "labels" ? { conditions: kept.labels! } : {};
  try {
    await exportBundle(run.vae, directory, {
      samples: kept.values,
      ...told,
      statistics: run.statistics,
      reference: { examples: kept.values, index, labels: kept.labels ?? undefined, pictures, ...told },
    });
  } finally {
    run.vae.dispose();
  }
}
