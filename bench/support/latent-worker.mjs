// What @vaekit/latent takes for the codes of a file: latent-worker.mjs <file> <rows> <work> <repeats>. Prints one JSON object.
import { readFileSync } from "node:fs";
import { decodeTensors } from "@vaekit/infer";
import { gaussianMixture, hdbscan, kmeans, pca, tsne, umap } from "@vaekit/latent";
import { median } from "./table.mjs";

const [file, rows, name, repeats] = process.argv.slice(2);
const { mu } = decodeTensors(new Uint8Array(readFileSync(file)), file).tensors;
const columns = mu.shape[1];
const codes = { data: mu.data.slice(0, rows * columns), shape: [Number(rows), columns] };

const work = {
  pca: [() => pca(codes, { components: 3 }), (model) => sum(model.explainedVarianceRatio), 10],
  kmeans: [() => kmeans(codes, { clusters: 10 }), ({ inertia }) => inertia, 0],
  gmm: [() => gaussianMixture(codes, { components: 10 }), ({ logLikelihood }) => logLikelihood, 0],
  hdbscan: [
    () => hdbscan(codes, { minClusterSize: 50, minSamples: 5 }),
    ({ labels }) => labels.filter((label) => label >= 0).length,
    0,
  ],
  tsne: [() => tsne(codes), ({ klDivergence }) => klDivergence, 0],
  umap: [() => umap(codes), ({ embedding }) => trust(embedding), 0],
};

const [run, quality, warmings] = work[name];
for (let i = 0; i < warmings; i++) await run();
const times = [];
let result;
for (let i = 0; i < repeats; i++) {
  const began = performance.now();
  result = await run();
  times.push(performance.now() - began);
}
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ms: median(times), quality: await quality(result), megabytes }));

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** As the peer has it: of the rows that its stride takes, among themselves. */
async function trust(embedding) {
  const { trustworthiness } = await import("@vaekit/latent");
  const stride = Math.max(1, Math.floor(rows / 3000));
  const take = ({ data }, width) => {
    const count = Math.ceil(rows / stride);
    const taken = new Float32Array(count * width);
    for (let i = 0; i < count; i++) {
      taken.set(data.subarray(i * stride * width, (i * stride + 1) * width), i * width);
    }
    return { data: taken, shape: [count, width] };
  };
  return trustworthiness(take(codes, columns), take(embedding, 2), { neighbours: 15, rows: 1e9 });
}
