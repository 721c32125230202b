import { verifyBundle } from "@vaekit/export";
import { RandomStream, type Session } from "@vaekit/infer";
import { type LikelihoodConfig, tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { checkPorts } from "../../packages/infer/src/bundle/ports.ts";
import { bars } from "../support/data.ts";
import { exportedVae, inTfjs } from "./export-small.ts";

const data = bars(40);
const features = 30;
type Given = { kind: LikelihoodConfig["kind"]; [setting: string]: unknown };

/** Configurations, and the shape of a row of each of the decoder's parameters. */
const cases: [string, Given, Record<string, number[]>][] = [
  ["continuous Bernoulli", { kind: "continuous-bernoulli" }, { x_logits: [features] }],
  ["Gaussian", { kind: "gaussian" }, { x_loc: [features] }],
  [
    "Gaussian, a sigma per element",
    { kind: "gaussian", sigma: "per-element" },
    { x_loc: [features], x_logvar: [features] },
  ],
  ["Laplace", { kind: "laplace" }, { x_loc: [features] }],
  ["discretised logistic", { kind: "discretized-logistic" }, { x_loc: [features] }],
  ["categorical", { kind: "categorical", levels: 4 }, { x_logits: [4, features] }],
];

describe.each(cases)("a bundle of likelihood %s", (_, likelihood, shapes) => {
  const bundle = exportedVae(data, { likelihood: likelihood as never });

  it("decodes to its parameters and scores with them as tfjs does", async () => {
    const loaded = await bundle.load();
    const { z, ...decoded } = await loaded.sample(data.count, { seed: 2 });
    const { x_mean: mean, ...parameters } = decoded;
    const expectedShapes = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, [data.count, ...shape]]),
    );
    expect(
      Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, shape])),
    ).toMatchObject(expectedShapes);
    const expected = inTfjs(() => bundle.vae.decode(tf.tensor(z.data, [data.count, 3])));
    expect(mean.data).toBeAllClose(expected.x_mean!, { scaleTol: 1e-5 });
    for (const [name, { data: values }] of Object.entries(parameters))
      expect(values).toBeAllClose(expected[name]!, { scaleTol: 1e-5 });
    const { mu, logvar } = await loaded.encode(data.values);
    const eps = new RandomStream(1, "noise").normal(new Float32Array(mu.data.length));
    const codes = mu.data.map((value, i) => value + Math.exp(logvar.data[i]! / 2) * eps[i]!);
    const { log_px } = await loaded.score(data.values, { seed: 1 });
    const scored = inTfjs(() => {
      const { x_mean: _, ...given } = bundle.vae.decode(tf.tensor(codes, [data.count, 3]));
      const x = tf.tensor(Float32Array.from(data.values), [data.count, ...data.shape]);
      const posterior = {
        mu: tf.tensor(mu.data, [data.count, 3]),
        logvar: tf.tensor(logvar.data, [data.count, 3]),
      };
      return {
        log_px: bundle.vae.score({ x, z: tf.tensor(codes, [data.count, 3]), ...posterior, ...given }).log_px!,
      };
    });
    expect(log_px.data).toBeAllClose(scored.log_px, { scaleTol: 1e-5 });
  });

  it("verifies", async () => {
    await verifyBundle(bundle.directory);
  });
});

describe("a decoder's ports", () => {
  const bundle = exportedVae(data, { likelihood: { kind: "gaussian" } as never });
  const session = (shape: readonly (number | string)[], dtype: "float32" | "uint8" = "float32"): Session => ({
    inputs: [{ name: "z", dtype: "float32", shape: ["batch", 3] }],
    outputs: [
      { name: "x_mean", dtype: "float32", shape: ["batch", ...data.shape] },
      { name: "x_loc", dtype, shape },
    ],
    run: () => Promise.reject(new Error("not run")),
    dispose: () => Promise.resolve(),
  });

  it.each([
    [["batch", features + 1], "x_loc is [batch, 31] float32, not [batch, ..., 30] float32"],
    [[1, features], "x_loc is [1, 30] float32"],
    [["batch"], "x_loc is [batch] float32"],
  ] as const)("of a likelihood's parameter %s are refused", (shape, message) => {
    expect(() => checkPorts("here", bundle.manifest, "decoder", session(shape))).toThrow(message);
  });

  it("may have axes between batch and features", () => {
    expect(() =>
      checkPorts("here", bundle.manifest, "decoder", session(["batch", 7, features])),
    ).not.toThrow();
  });
});
