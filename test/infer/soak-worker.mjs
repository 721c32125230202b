// Uses a bundle in every way for some seconds and prints its memory as it goes: node soak-worker.mjs <bundle> <seconds>
// Prints {"rounds": n, "rss": [MB, ...], "heap": [MB, ...]}, 20 readings after a warm-up of a tenth of the time.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Vae } from "@vaekit/infer";

const [bundle, seconds] = [process.argv[2], Number(process.argv[3])];
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const readings = 20;
const began = performance.now();
const elapsed = () => (performance.now() - began) / 1000;

let rounds = 0;
let vae = await Vae.load(bundle);
const { shape } = vae.manifest.data;
const size = shape.reduce((a, b) => a * b, 1);
const [rss, heap] = [[], []];
while (rss.length < readings) {
  rounds++;
  const rows = 1 + (rounds % 40);
  const { z, x_mean } = await vae.sample(rows, { seed: rounds });
  await vae.encode(x_mean.toUint8());
  await vae.score(new Uint8Array(size * 3).fill(rounds % 256), { seed: rounds });
  await vae.interpolate(z.row(0), z.row(rows - 1), { path: "slerp" });
  for await (const _ of vae.decodeStream(Array.from({ length: rows }, (_, i) => z.row(i))));
  await vae.decode(z.row(0)).then(({ x_mean }) => x_mean.toUint8());
  await vae.encode(new Uint8Array(3)).catch(() => {});
  if (rounds % 50 === 0) {
    const concurrent = Array.from({ length: 8 }, (_, i) => vae.sample(600, { seed: i }));
    await Promise.all(concurrent);
    await vae.dispose();
    vae = await Vae.load(bundle);
  }
  if (elapsed() > seconds * (0.1 + (0.9 * (rss.length + 1)) / readings)) {
    collect();
    const { rss: all, heapUsed } = process.memoryUsage();
    rss.push(all / 2 ** 20);
    heap.push(heapUsed / 2 ** 20);
  }
}
console.log(JSON.stringify({ rounds, rss, heap }));
process.exit(0);
