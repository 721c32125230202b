import { expect, it } from "vitest";
import { latent, smallBundle } from "../infer/small-bundle.ts";
import { codes, get, post, serving } from "./support.ts";

const bundle = smallBundle();

it("with workers, many requests at once get the library's numbers", async () => {
  const { url } = await serving(`bars=${bundle.directory}`, { workers: 2, maxBatch: 4 });
  const vae = await bundle.load();
  const near = { rtol: 1e-5, atol: 1e-4 };
  const ask = async (seed: number) => {
    const z = codes(2, latent, seed);
    const { json } = await post(`${url}/decode`, { z: Array.from(z) });
    return { json, z };
  };
  for (const { json, z } of await Promise.all(Array.from({ length: 12 }, (_, i) => ask(i)))) {
    expect(Float32Array.from(json.x_mean.flat(3))).toBeAllClose((await vae.decode(z)).x_mean.data, near);
  }
  const { json } = await get(`${url}/sample?count=3&seed=4`);
  const { x_mean } = await vae.sample(3, { seed: 4 });
  expect(Float32Array.from(json.x_mean.flat(3))).toBeAllClose(x_mean.data, near);
});
