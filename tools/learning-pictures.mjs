// Makes all pictures and figures of docs/learning.md: node tools/learning-pictures.mjs [--epochs 10] [--threads 1]
// Runs are kept in .cache/learning, so that it goes on where it was stopped and trains nothing twice.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exportBundle, writeAtomic } from "@vaekit/export";
import { Vae } from "@vaekit/infer";
import {
  conditionOn,
  evaluate,
  evaluatedRun,
  fit,
  heldOutData,
  loadRun,
  mlp,
  openData,
  resume,
  sliceRows,
} from "@vaekit/train";
import { gridPng } from "vaekit";
import { root } from "./ready.mjs";

const { values: flags } = parseArgs({
  options: { epochs: { type: "string", default: "10" }, threads: { type: "string", default: "1" } },
});
const epochs = Number(flags.epochs);
const threads = Number(flags.threads);
const folder = join(root, ".cache/learning");
const images = join(root, "docs/images");
const seed = 7;
const across = 16;

const digits = (options, fitting = {}) => ({
  data: "mnist",
  model: (data) => mlp({ shape: data.shape, hidden: [400], latent: 32, ...options(data) }),
  fit: { epochs, ...fitting },
});
/** What is trained, by the name of its run. */
const recipes = {
  standard: digits(() => ({})),
  "beta-0.1": digits(() => ({}), { beta: 0.1 }),
  "beta-8": digits(() => ({}), { beta: 8 }),
  "beta-40": digits(() => ({}), { beta: 40 }),
  "latent-2": digits(() => ({ latent: 2 })),
  "latent-8": digits(() => ({ latent: 8 })),
  labels: digits((data) => ({ hidden: [512, 256], latent: 8, condition: conditionOn(data, "labels") }), {
    beta: 2,
    epochs: 2 * epochs,
  }),
  gaussian: digits(() => ({ likelihood: "gaussian" })),
  "gaussian-1": digits(() => ({ likelihood: { kind: "gaussian", sigma: 1 } })),
  shapes: {
    data: "shapes",
    model: (data) => mlp({ shape: data.shape, hidden: [512, 256], latent: 6 }),
    fit: { epochs: 4 * epochs, batch: 64 },
  },
};

/** A run that is finished: from its directory, or trained now. */
async function trained(name) {
  const { data: source, model, fit: options } = recipes[name];
  const out = join(folder, "runs", name);
  if (existsSync(join(out, "config.json"))) {
    const run = await loadRun(out).catch(() => null);
    if (run && !run.stopped) return run;
    run?.vae.dispose();
    if (run) return resume(out, { threads });
  }
  const data = await openData(source);
  return fit(model(data), data, { seed, threads, ...options, source: { data: source }, out, force: true });
}

/** Its bundle, open. */
async function bundled(name, run) {
  const path = join(folder, "bundles", name);
  if (!existsSync(path)) await exportBundle(run.vae, path, { statistics: run.statistics });
  return Vae.load(path);
}

/** Its figures on the test part, as `vaekit evaluate` would give them. */
async function measured(name, run) {
  const path = join(folder, "figures", `${name}.json`);
  if (!existsSync(path)) {
    const model = evaluatedRun(run, { threads });
    const { data, indices, name: source } = await heldOutData(model.trained);
    const report = await evaluate(model, data, {
      indices,
      name: source,
      limit: 2000,
      importance: [100],
    });
    await model.dispose();
    await writeAtomic(path, `${JSON.stringify(report, null, 2)}\n`);
  }
  return JSON.parse(readFileSync(path, "utf8"));
}

const table = {};
const vaes = {};
for (const name of ["runs", "bundles", "figures"]) mkdirSync(join(folder, name), { recursive: true });
mkdirSync(images, { recursive: true });
for (const name of Object.keys(recipes)) {
  const began = performance.now();
  const run = await trained(name);
  vaes[name] = await bundled(name, run);
  table[name] = row(await measured(name, run));
  run.vae.dispose();
  process.stderr.write(`${name}: ${Math.round((performance.now() - began) / 1000)} s\n`);
}

const test = await openData("mnist:test");
/** The first example of each digit, in their order, then others from the start. */
const chosen = [
  ...Array.from({ length: 10 }, (_, digit) => test.labels.indexOf(digit)),
  ...Array.from({ length: across - 10 }, (_, i) => 100 + i),
];
const examples = Uint8Array.from(concat(chosen.map((i) => sliceRows(test, i, i + 1).values)));

await picture("learning-beta", await samples(["beta-0.1", "standard", "beta-8"]));
await picture("learning-latent", [
  examples,
  ...(await reconstructions(["latent-2", "latent-8", "standard"])),
]);
await picture("learning-likelihood", await samples(["standard", "gaussian", "gaussian-1"]));
await picture("learning-labels", await perLabel(), { columns: 10 });
await picture("learning-collapse", [
  examples,
  ...(await reconstructions(["standard", "beta-40"])),
  ...(await samples(["standard", "beta-40"])),
]);
await picture("learning-factors", await traversals("shapes"), { size: 32, columns: 11 });
console.table(table);
for (const vae of Object.values(vaes)) await vae.dispose();

/** A row for each: draws from the prior. */
function samples(names) {
  return Promise.all(names.map(async (name) => (await vaes[name].sample(across, { seed: 3 })).x_mean.data));
}

/** A row for each: what it makes of the examples. */
function reconstructions(names) {
  return Promise.all(names.map(async (name) => (await vaes[name].reconstruct(examples)).data));
}

/** Examples, and below them a row for each label: their codes decoded as that. */
async function perLabel() {
  const shown = examples.slice(0, 10 * 28 ** 2);
  const { mu } = await vaes.labels.encode(shown, { c: chosen.slice(0, 10).map((i) => test.labels[i]) });
  const decoded = Array.from(
    { length: 10 },
    async (_, label) => (await vaes.labels.decode(mu, { c: [label] })).x_mean.data,
  );
  return [shown, ...(await Promise.all(decoded))];
}

/** A row for each latent dimension, which goes from -2 to 2 while the others stay as one picture has them. */
async function traversals(name) {
  const vae = vaes[name];
  const data = await openData("shapes:test");
  const { mu } = await vae.encode(sliceRows(data, 5, 6).values);
  return Promise.all(
    Array.from({ length: vae.latent }, async (_, dimension) => {
      const z = Float32Array.from({ length: 11 * vae.latent }, (_, i) =>
        i % vae.latent === dimension ? -2 + (4 * Math.floor(i / vae.latent)) / 10 : mu.data[i % vae.latent],
      );
      return (await vae.decode(z)).x_mean.data;
    }),
  );
}

async function picture(name, rows, { size = 28, columns = across } = {}) {
  const values = concat(rows);
  const shape = [values.length / size ** 2, size, size, 1];
  await writeAtomic(join(images, `${name}.png`), gridPng({ shape, values }, columns));
}

function concat(arrays) {
  return Float32Array.from(arrays.flatMap((array) => [...array]));
}

function row({ elbo, bounds, reconstruction, kl, latent, factors }) {
  const round = (figure) => figure && Number(figure.value.toPrecision(figure.value > 100 ? 5 : 4));
  return {
    elbo: round(elbo),
    "K 100": round(bounds[0]),
    "-ln p(x|z)": round(reconstruction.negativeLogLikelihood),
    kl: round(kl.total),
    squared: round(reconstruction.meanSquared),
    active: latent.activeUnits.value,
    information: round(latent.mutualInformation),
    mmd: round(latent.mmd),
    ...(factors && { mig: round(factors.mig), sap: round(factors.sap), dci: round(factors.disentanglement) }),
  };
}
