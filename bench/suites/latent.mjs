import { join } from "node:path";
import { findPython } from "../../tools/python.mjs";
import { latentCodes } from "../support/latent-codes.mjs";
import { root, runJson } from "../support/processes.mjs";
import { median, printTable, target } from "../support/table.mjs";

/**
 * What is measured: rows, how often (in how many processes, each with its median of so many), and what to reach: at most `times` the
 * peer's time, `seconds`, `megabytes`; and a quality that is at most 2 % worse than the peer's, by what is `better`.
 */
const cases = [
  {
    work: "pca",
    rows: 10_000,
    processes: 3,
    repeats: 15,
    times: 2,
    quality: "variance held",
    better: "more",
  },
  {
    work: "pca",
    rows: 70_000,
    processes: 3,
    repeats: 15,
    times: 2,
    quality: "variance held",
    better: "more",
  },
  { work: "kmeans", rows: 10_000, processes: 3, repeats: 3, times: 2, quality: "inertia", better: "less" },
  { work: "kmeans", rows: 70_000, processes: 3, repeats: 3, times: 2, quality: "inertia", better: "less" },
  { work: "gmm", rows: 10_000, processes: 3, repeats: 1, times: 3, quality: "ln p, nats", better: "more" },
  { work: "gmm", rows: 70_000, processes: 3, repeats: 1, times: 3, quality: "ln p, nats", better: "more" },
  {
    work: "hdbscan",
    rows: 10_000,
    processes: 1,
    repeats: 1,
    seconds: 5,
    quality: "rows in clusters",
    better: "more",
  },
  {
    work: "tsne",
    rows: 10_000,
    processes: 1,
    repeats: 1,
    times: 2,
    quality: "KL divergence",
    better: "less",
  },
  { work: "umap", rows: 10_000, processes: 1, repeats: 1, quality: "trustworthiness", better: "more" },
  {
    ...{ work: "umap", rows: 70_000, processes: 1, repeats: 1, seconds: 90, megabytes: 1024 },
    ...{ quality: "trustworthiness", better: "more" },
  },
];
const worse = 0.02;

/**
 * Projecting and clustering the codes of 10,000 and 70,000 MNIST digits at 16 dimensions, beside scikit-learn and umap-learn, each
 * side in processes of its own, in turns. `npm run bench -- latent kmeans umap` measures only these. Prints; asserts the targets.
 */
export async function run(only = []) {
  const { file } = await latentCodes();
  const python = findPython({ needs: ["numpy", "sklearn", "umap"] });
  if (!python)
    console.log("scikit-learn is not installed and was not measured: node tools/python.mjs --only latent");
  const lines = [];
  const reached = [];
  for (const entry of cases.filter(({ work }) => only.length === 0 || only.includes(work))) {
    const { work, rows, processes, repeats } = entry;
    const [ours, theirs] = [[], []];
    for (let i = 0; i < processes; i++) {
      const args = [file, rows, work, repeats].map(String);
      ours.push(runJson(process.execPath, [join(root, "bench/support/latent-worker.mjs"), ...args]));
      if (python) theirs.push(runJson(python, [join(root, "bench/peers/latent.py"), ...args]));
    }
    const [mine, peer] = [middle(ours), python ? middle(theirs) : null];
    const label = `${work} of ${rows.toLocaleString("en")}`;
    lines.push([label, ...cells(mine), ...(peer ? cells(peer) : ["", "", ""]), entry.quality]);
    console.log(`${label}: ${time(mine.ms)}${peer ? `, the peer ${time(peer.ms)}` : ""}`);
    if (entry.times && peer) {
      reached.push(() => target(`${label}: time / the peer's`, mine.ms / peer.ms, entry.times));
    }
    if (peer)
      reached.push(() => target(`${label}: ${entry.quality}, worse by`, loss(entry, mine, peer), worse));
    if (entry.seconds) reached.push(() => target(`${label}: seconds`, mine.ms / 1000, entry.seconds));
    if (entry.megabytes) reached.push(() => target(`${label}: megabytes`, mine.megabytes, entry.megabytes));
  }
  printTable(
    ["", "vaekit", "MB", "quality", "scikit-learn, umap-learn", "MB", "quality", "quality is"],
    lines,
  );
  return reached.map((say) => say()).every(Boolean);
}

/** By what share of the peer's quality ours is worse; negative where it is better. */
function loss({ better }, mine, peer) {
  const difference = (mine.quality - peer.quality) / Math.abs(peer.quality);
  return better === "less" ? difference : -difference;
}

function middle(runs) {
  return {
    ms: median(runs.map(({ ms }) => ms)),
    quality: median(runs.map(({ quality }) => quality)),
    megabytes: Math.max(...runs.map(({ megabytes }) => megabytes)),
  };
}

const cells = ({ ms, megabytes, quality }) => [
  time(ms),
  megabytes.toFixed(0),
  Number(quality.toPrecision(6)),
];
const time = (ms) => (ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`);
