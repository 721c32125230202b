// Training steps of vaekit and PyTorch (bench/peers/objectives.py) from the same weights, batches and noise.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeTensors } from "@vaekit/export";
import { RandomStream } from "@vaekit/infer";
import { createEngine, createJob, openData, Vae } from "@vaekit/train";
import { comparisons, rows } from "./objectives-cases.mjs";
import { root, runJson } from "./processes.mjs";

export const steps = 50;
/**
 * At 1e-3 rounding alone grows past 1e-4 within 50 steps (float32 ReLU units switch, and Adam makes full steps of it):
 * PyTorch's IWAE losses with one thread and with two differ by 1.2e-4.
 */
const learningRate = 3e-4;

/** Both sides of the comparisons named, all if none are: { name, ours, theirs }, the terms of each step; and PyTorch's version. */
export async function compareWithPyTorch(python, names = Object.keys(comparisons)) {
  const data = await openData("mnist", { limit: steps * rows });
  const folder = mkdtempSync(join(tmpdir(), "vaekit-objectives-"));
  try {
    const sides = [];
    for (const [i, name] of names.entries()) {
      sides.push({ name, ...(await runOurs(comparisons[name], data, join(folder, `${i}.safetensors`))) });
    }
    const peer = join(root, "bench/peers/objectives.py");
    const { version, jobs } = runJson(python, [peer, ...sides.map(({ file }) => file)]);
    const results = sides.map(({ name, ours }, i) => ({ name, ours, theirs: jobs[i].steps }));
    return { version, results };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Our steps, and the file that has the peer do the same. */
async function runOurs({ model, objective, beta, peer }, data, file) {
  const vae = new Vae(model(data.shape), data, 7);
  const job = createJob(vae, { rows, examples: data.count, objective });
  const engine = await createEngine("compiled", job);
  try {
    const draws = job.objective.samples * rows;
    const eps = new Float32Array(steps * draws * vae.latent);
    new RandomStream(7, "noise").normal(eps);
    const state = await engine.readState();
    const weights = vae
      .variables()
      .map(({ name, variable }) => [
        peerName(name),
        { data: state[`weights/${name}`], shape: variable.shape },
      ]);
    const tensors = {
      x: { data: data.values, shape: [steps, rows, ...data.shape] },
      eps: { data: eps, shape: [steps, draws, vae.latent] },
      ...Object.fromEntries(weights),
    };
    const told = { ...peer(data.shape), rows, examples: data.count, beta, learning_rate: learningRate };
    writeFileSync(file, Buffer.concat(encodeTensors({ tensors, metadata: { job: JSON.stringify(told) } })));
    const ours = [];
    for (let i = 0; i < steps; i++) {
      const part = (values) =>
        values.subarray((i * values.length) / steps, ((i + 1) * values.length) / steps);
      const batch = { rows, x: part(data.values) };
      ours.push(await engine.step(batch, { eps: part(eps) }, { step: i + 1, learningRate, beta }));
    }
    return { file, ours };
  } finally {
    await engine.dispose();
    vae.dispose();
  }
}

/** The networks' weights keep their names; the peer has one codebook and no priors. */
const peerName = (name) => name.replace(/^prior\//, "");

/**
 * Over all steps, the largest |a - b| of each term that both sides have: of the loss relative to PyTorch's at the same
 * step, of the others, which may be near zero, relative to PyTorch's largest. -> { loss: { difference, step }, ... }
 */
export function differences({ ours, theirs }) {
  const terms = Object.keys(theirs[0]).filter((term) => term in ours[0]);
  return Object.fromEntries(
    terms.map((term) => {
      const largest = Math.max(...theirs.map((at) => Math.abs(at[term])));
      const each = theirs.map((at, i) => {
        const scale = term === "loss" ? Math.abs(at.loss) : largest;
        return { difference: Math.abs(ours[i][term] - at[term]) / scale, step: i + 1 };
      });
      // not a number, on either side, is the largest difference
      const worse = (a, b) => (Number.isNaN(a.difference) || b.difference <= a.difference ? a : b);
      return [term, each.reduce(worse)];
    }),
  );
}
