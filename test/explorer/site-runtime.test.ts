import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { singleFile, siteFiles } from "@vaekit/explorer";
import { NdArray, openBundle, Vae } from "@vaekit/infer";
import { describe, expect, it, onTestFinished } from "vitest";
import { chooseRuntime } from "../../packages/explorer/src/site/runtime.ts";
import { onnx } from "../../packages/export/src/proto/generated/onnx.js";
import { replaceFile } from "../infer/small-bundle.ts";
import { temporaryDirectory } from "../support/data.ts";
import { readSite, siteBundles } from "./site-support.ts";

const bundles = siteBundles("two", "mixture");

/** The bundle with a node behind an output, of an operator that the tiny runtime has not. */
async function withOperator(op: string, graph = "decoder", output = "x_mean"): Promise<string> {
  const place = join(temporaryDirectory(), "copy");
  cpSync(bundles.path("two"), place, { recursive: true });
  const model = onnx.ModelProto.decode(readFileSync(join(place, `${graph}.onnx`)));
  const node = model.graph!.node!.find(({ output: made }) => made?.includes(output))!;
  node.output = node.output!.map((name) => (name === output ? "before" : name));
  model.graph!.node!.push(
    onnx.NodeProto.create({ op_type: op, name: "added", input: ["before"], output: [output] }),
  );
  await replaceFile(place, `${graph}.onnx`, onnx.ModelProto.encode(model).finish());
  return place;
}

describe("what runs a site's model", () => {
  it("is onnxruntime where an operator is missing, and the site says which", async () => {
    const source = await openBundle(await withOperator("Sin"));
    const { site, files } = readSite(await siteFiles(source));
    expect(site.model).toMatchObject({
      runtime: "wasm",
      wasm: expect.stringMatching(/^assets\/ort-wasm.*\.wasm$/),
      reason: "The decoder has operators that only onnxruntime runs: Sin.",
    });
    expect(files.has(site.model.wasm!)).toBe(true);
  });

  it("depends on the encoder only where that is deployed", async () => {
    const source = await openBundle(await withOperator("Sin", "encoder", "mu"));
    const reason = "The encoder has operators that only onnxruntime runs: Sin.";
    expect(readSite(await siteFiles(source)).site.model).toMatchObject({ runtime: "wasm", reason });
    const { model } = readSite(await siteFiles(source, { decoderOnly: true })).site;
    expect(model).toMatchObject({ runtime: "tiny", reason: "" });
  });

  it("is refused where the tiny runtime was asked for and cannot be", async () => {
    const source = await openBundle(await withOperator("Sin"));
    const message = /does not run in the tiny runtime\. The decoder has operators.*Sin\. Take runtime "auto"/;
    await expect(siteFiles(source, { runtime: "tiny" })).rejects.toThrow(message);
    await expect(singleFile(source, { runtime: "tiny" })).rejects.toThrow(
      /^singleFile: this model does not run in the tiny runtime/,
    );
    await expect(singleFile(source)).rejects.toThrow(
      /one file runs its model in the tiny runtime, and this one cannot.*Sin/,
    );
  });

  it("is onnxruntime where the tiny runtime computes something else", async () => {
    // As if it did: compared with a decoder of one more operator.
    const [source, other] = [await bundles.source("two"), await withOperator("Neg")];
    const vae = await Vae.load(other, { graphs: ["decoder"] });
    onTestFinished(() => vae.dispose());
    const probe = {
      z: new NdArray(Float32Array.of(1, 2), [1, 2]),
      c: null,
      x: new NdArray(new Uint8Array(30), [1, 6, 5, 1]),
    };
    expect(await chooseRuntime("deploy", source, vae, ["decoder"], "auto", probe)).toEqual({
      runtime: "wasm",
      reason:
        "The page's own runtime computes other numbers than onnxruntime for the decoder (relative error 2.0).",
    });
  });

  it("is tried with a prior's draws too", async () => {
    const { site } = await bundles.deploy("mixture");
    const { runtime, reason, prior } = site.model;
    expect(prior).toBe(true);
    if (runtime === "tiny") expect(reason).toBe("");
    else expect(reason).toMatch(/^The prior /);
  });
});
