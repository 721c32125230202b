import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { BundleError, codesFile, UsageError, Vae } from "@vaekit/infer";
import { takeRows } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { changeManifest, latent, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();
const index = [0, 7, 99, 250];
const chosen = takeRows(bundle.data, index);

async function exported(reference: object): Promise<string> {
  const place = join(temporaryDirectory(), "bundle");
  await exportBundle(bundle.vae, place, { reference: { examples: chosen.values, ...reference } });
  return place;
}

async function load(place: string): Promise<Vae> {
  const vae = await Vae.load(place);
  onTestFinished(() => vae.dispose());
  return vae;
}

describe("codes of examples that a bundle keeps", () => {
  it("are what its encoder makes of them, with index, labels and pictures where they were given", async () => {
    const vae = await load(await exported({ index, labels: [3, 1, 4, 1], pictures: true }));
    const kept = await vae.reference();
    const { mu, logvar } = await vae.encode(chosen.values);
    expect(kept.mu.shape).toEqual([4, latent]);
    expect(kept.mu.data).toBeAllClose(mu.data, { scaleTol: 1e-6 });
    expect(kept.logvar.data).toBeAllClose(logvar.data, { scaleTol: 1e-6 });
    expect(Array.from(kept.index.data)).toEqual(index);
    expect(Array.from(kept.labels!.data)).toEqual([3, 1, 4, 1]);
    expect(kept.pictures!.data).toEqual(chosen.values);
    expect(Array.from((await vae.nearest(mu)).index.data)).toEqual([0, 1, 2, 3]);
    expect(vae.manifest).toMatchObject({
      version: 1,
      reference: { examples: 4, labels: true, pictures: true },
    });
  });

  it("hold no picture and no label unless asked for", async () => {
    const place = await exported({});
    const kept = await (await load(place)).reference();
    expect([kept.labels, kept.pictures]).toEqual([null, null]);
    expect(Array.from(kept.index.data)).toEqual([0, 1, 2, 3]);
    expect(readFileSync(join(place, codesFile)).includes(Buffer.from(chosen.values.subarray(0, 30)))).toBe(
      false,
    );
  });

  it("are checked: damaged bytes, and a manifest that says otherwise", async () => {
    const place = await exported({});
    changeManifest(place, (manifest) => {
      manifest.reference!.examples = 5;
    });
    await expect((await load(place)).reference()).rejects.toThrow("mu is not [5,3], as the manifest has it");
    const bytes = readFileSync(join(place, codesFile));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(place, codesFile), bytes);
    await expect((await load(place)).reference()).rejects.toThrow(BundleError);
  });

  it.each([
    [{ examples: new Uint8Array(7) }, "no whole number of"],
    [{ labels: [1] }, "there are 4 examples, and 1 in labels"],
    [{ index: [1, 2] }, "there are 4 examples, and 2 in index"],
  ])("refuses %o", async (reference, message) => {
    await expect(exported(reference)).rejects.toThrow(UsageError);
    await expect(exported(reference)).rejects.toThrow(message);
  });
});
