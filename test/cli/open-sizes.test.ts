import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { input, layers, model, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { saveLayersModel } from "../support/saved-models.ts";
import { vaekitHere } from "./in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "vaekit-open-sizes-"));
const run = (...args: string[]) => vaekitHere(args, folder);

async function save(name: string, from: SymbolicTensor, to: unknown): Promise<void> {
  const built = model({ inputs: from, outputs: to as SymbolicTensor });
  await saveLayersModel(built, join(folder, name));
  built.dispose();
}

beforeAll(async () => {
  const picture = input({ shape: [null, null, 3], name: "picture" });
  const half = layers.maxPooling2d({ poolSize: 4 }).apply(picture) as SymbolicTensor;
  const up = layers.upSampling2d({ size: [4, 4] }).apply(half) as SymbolicTensor;
  await save("unet", picture, layers.concatenate({ name: "y" }).apply([up, picture]));
  const series = input({ shape: [null, 3], name: "series" });
  const memory = { units: 2, recurrentInitializer: "glorotUniform" as const };
  await save("memory", series, layers.simpleRNN({ ...memory, name: "y" }).apply(series));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a model that works at multiples of 4 only", () => {
  it("is told so", async () => {
    const { code, stderr } = await run(
      ...["convert", "unet", "--dynamic", "height,width", "--out", "refused.onnx"],
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/fails at batch 3, height 37, width 29: .*tfjs cannot run this model/);
    expect(stderr).toContain(
      'It works at multiples of 4: if only those are needed, say so, --dynamic "4*height,4*width"',
    );
  });

  it.each([
    ["--dynamic", "4*height,4*width", "--dynamic '4*height,4*width'"],
    ["--shape", "picture=batch,4*height,4*width,3", "--shape 'picture=batch,4*height,4*width,3'"],
  ])("is converted with %s %s, and verified again", async (option, value, repeated) => {
    const out = `${option.slice(2)}.onnx`;
    const converted = await run("convert", "unet", option, value, "--out", out);
    expect(converted.stderr).not.toMatch(/error/i);
    expect(converted.code).toBe(0);
    expect(converted.stdout).toContain(`npx vaekit verify unet ${out} ${repeated}`);
    expect((await run("verify", "unet", out, option, value)).code).toBe(0);
    expect((await run("inspect", out)).stdout).toContain("4*height");
  });
});

it("a recurrent layer over open time names the option that fixes it, which works", async () => {
  const refused = await run("convert", "memory", "--dynamic", "time", "--out", "memory.onnx");
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain("Fix time: --shape series=batch,20,3");
  const fixed = await run("convert", "memory", "--shape", "series=batch,20,3", "--out", "memory.onnx");
  expect(fixed.code).toBe(0);
});
