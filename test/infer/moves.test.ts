import { NdArray, ShapeError, UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { changeManifest, latent, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();
const a = Float32Array.of(1, 0, 0);
const b = Float32Array.of(0, 2, 0);

describe("interpolate", () => {
  it("decodes evenly spaced latents on the line, ends included", async () => {
    const vae = await bundle.load();
    const { z, x_mean } = await vae.interpolate(a, b, { steps: 5 });
    expect(z.shape).toEqual([5, latent]);
    expect(x_mean.shape).toEqual([5, ...bundle.data.shape]);
    expect(z.row(0).data).toEqual(a);
    expect(z.row(4).data).toEqual(b);
    expect(z.row(1).data).toBeAllClose(Float32Array.of(0.75, 0.5, 0), { scaleTol: 1e-6 });
    expect(x_mean.data).toEqual((await vae.decode(z)).x_mean.data);
  });

  it("slerp turns at an even rate and keeps the length of ends that have one length", async () => {
    const vae = await bundle.load();
    const right = Float32Array.of(0, 1, 0);
    const { z } = await vae.interpolate(a, right, { steps: 7, path: "slerp" });
    for (let i = 0; i < 7; i++) {
      const [x, y] = z.row(i).data;
      expect(Math.hypot(x!, y!)).toBeCloseTo(1, 6);
      expect(Math.atan2(y!, x!)).toBeCloseTo((i * Math.PI) / 12, 6);
    }
  });

  it("slerp goes from a length to another evenly, at an even turn", async () => {
    const vae = await bundle.load();
    const { z } = await vae.interpolate(a, Float32Array.of(0, 3, 0), { steps: 4, path: "slerp" });
    // Lengths 1, 5/3, 7/3, 3 at 0, 30, 60, 90 degrees.
    const [near, far] = [5 / 3, 7 / 3];
    const half = Math.sqrt(3) / 2;
    const known = [1, 0, 0, near * half, near / 2, 0, far / 2, far * half, 0, 0, 3, 0];
    expect(z.data).toBeAllClose(known, { atol: 1e-6 });
  });

  it.each([
    ["equal", a, a],
    ["opposite", a, Float32Array.of(-1, 0, 0)],
    ["from zeros", new Float32Array(3), b],
  ])("slerp between %s latents is the line", async (_, from, to) => {
    const vae = await bundle.load();
    const arc = await vae.interpolate(from, to, { steps: 3, path: "slerp" });
    expect(arc.z.data).toEqual((await vae.interpolate(from, to, { steps: 3 })).z.data);
  });

  it("takes rows of an NdArray, by default 16 of them", async () => {
    const vae = await bundle.load();
    const { mu } = await vae.encode(bundle.data.values);
    const { z } = await vae.interpolate(mu.row(0), mu.row(1));
    expect(z.shape).toEqual([16, latent]);
  });

  it.each([
    [{ steps: 1 }, "steps must be an integer of at least 2, both ends included; got 1"],
    [{ path: "arc" }, 'path must be one of linear, slerp; got "arc"'],
    [{ step: 3 }, 'there is no option "step"; there are steps, path, c'],
  ])("refuses %o", async (options, message) => {
    const vae = await bundle.load();
    await expect(vae.interpolate(a, b, options as object)).rejects.toThrow(UsageError);
    await expect(vae.interpolate(a, b, options as object)).rejects.toThrow(message);
  });

  it("refuses ends that are no single latent", async () => {
    const vae = await bundle.load();
    await expect(vae.interpolate(new Float32Array(6), b)).rejects.toThrow("interpolate: a is one row, got 2");
    await expect(vae.interpolate(a, new Float32Array(2))).rejects.toThrow(ShapeError);
    await expect(vae.interpolate(a, new Float32Array(2))).rejects.toThrow("interpolate: b: expected");
  });
});

describe("traverse", () => {
  it("moves one dimension through the range, the others as z has them", async () => {
    const vae = await bundle.load();
    const { z, x_mean } = await vae.traverse(
      1,
      { from: -1, to: 1, steps: 3 },
      { z: Float32Array.of(5, 6, 7) },
    );
    expect(Array.from(z.data)).toEqual([5, -1, 7, 5, 0, 7, 5, 1, 7]);
    expect(x_mean.data).toEqual((await vae.decode(z)).x_mean.data);
    expect(Array.from((await vae.traverse(2, [3, 4])).z.data)).toEqual([0, 0, 3, 0, 0, 4]);
  });

  it("by default goes over the data's codes: their mean +- 2 standard deviations, around their mean", async () => {
    const place = bundle.copy();
    changeManifest(place, (manifest) => {
      manifest.latentStatistics = { examples: 9, mean: [1, 2, 3], std: [0.5, 1, 1], kl: null };
    });
    const vae = await bundle.loadFrom(place);
    const { z } = await vae.traverse(0);
    expect(z.shape).toEqual([16, latent]);
    expect([...z.row(0).data, ...z.row(15).data]).toEqual([0, 2, 3, 2, 2, 3]);
    const without = await (await bundle.load()).traverse(0);
    expect([...without.z.row(0).data, ...without.z.row(15).data]).toEqual([-2, 0, 0, 2, 0, 0]);
  });

  it.each([
    [3, [0], {}, "dimension must be from 0 to 2, got 3"],
    [0.5, [0], {}, "dimension must be from 0 to 2, got 0.5"],
    [0, [], {}, "range must be finite numbers"],
    [0, [Number.NaN], {}, "range must be finite numbers"],
    [0, { from: 0, to: 1, steps: 0 }, {}, "steps must be an integer of at least 2"],
    [0, [0], { z: new Float32Array(6) }, "z is one row, got 2"],
  ])("refuses dimension %d over %o with %o", async (dimension, range, options, message) => {
    const vae = await bundle.load();
    await expect(vae.traverse(dimension, range, options)).rejects.toThrow(UsageError);
    await expect(vae.traverse(dimension, range, options)).rejects.toThrow(message);
  });
});

describe("nearest", () => {
  const points = new NdArray(Float32Array.of(0, 0, 0, 1, 0, 0, 5, 0, 0, 1, 0, 0), [4, 3]);

  it("finds the nearest rows by Euclidean distance, lower rows first where they tie", async () => {
    const vae = await bundle.load();
    const codes = Float32Array.of(0.9, 0, 0, 4, 0, 0);
    const { index, distance } = await vae.nearest(codes, { count: 3, among: points });
    expect(index.shape).toEqual([2, 3]);
    expect(Array.from(index.data)).toEqual([1, 3, 0, 2, 1, 3]);
    expect(distance.data).toBeAllClose(Float32Array.of(0.1, 0.1, 0.9, 1, 3, 3), { scaleTol: 1e-6 });
  });

  it("equals a sort of all distances on random points, and gives no more than there are", async () => {
    const vae = await bundle.load();
    const { z: among } = await vae.sample(200, { seed: 1 });
    const { z: codes } = await vae.sample(9, { seed: 2 });
    const { index } = await vae.nearest(codes, { count: 500, among });
    expect(index.shape).toEqual([9, 200]);
    for (let row = 0; row < 9; row++) {
      const far = (point: number) =>
        Math.hypot(...among.row(point).data.map((value, i) => value - codes.row(row).data[i]!));
      const sorted = Array.from({ length: 200 }, (_, i) => i).sort((p, q) => far(p) - far(q));
      expect(Array.from(index.row(row).data)).toEqual(sorted);
    }
  });

  it("says what to do where the bundle keeps no codes", async () => {
    const vae = await bundle.load();
    await expect(vae.nearest(a)).rejects.toThrow("the bundle keeps no codes of examples");
    await expect(vae.nearest(a, { count: 0, among: points })).rejects.toThrow(
      "count must be a positive integer",
    );
  });
});
