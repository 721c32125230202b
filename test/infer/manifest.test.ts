import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifyBundle } from "@vaekit/export";
import { graphsOf, manifestName, parseManifest } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { readManifestFile, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();
const sha256 = "0123456789abcdef".repeat(4);
const verified = (...outputs: string[]) => ({
  tolerance: 1e-5,
  batches: [1, 7, 64],
  outputs: Object.fromEntries(outputs.map((name) => [name, { maxAbsolute: 1e-7, maxRelative: 1e-7 }])),
});

/** As vaekit 0.1.0 wrote it. */
const versionOne = {
  format: "vaekit-bundle",
  version: 1,
  producer: "vaekit 0.1.0",
  data: { kind: "image", name: "dots", shape: [2, 2, 1], dtype: "uint8", range: [0, 255] },
  latent: 2,
  likelihood: { name: "bernoulli", outputs: ["x_mean", "x_logits"] },
  prior: { name: "standard-normal" },
  latentStatistics: { examples: 8, mean: [0.1, 0.2], std: [1, 1], kl: [0.5, 0.25] },
  verified: {
    encoder: verified("mu", "logvar"),
    decoder: verified("x_mean", "x_logits"),
    scorer: verified("log_px", "log_pz", "log_qz"),
  },
  files: { "encoder.onnx": { sha256, bytes: 1480 } },
  training: { epochs: 1 },
};

describe("a manifest of version 1", () => {
  it("is read as one of an unconditional model with a standard normal prior", () => {
    const manifest = parseManifest(JSON.stringify(versionOne), "old");
    expect(manifest).toEqual({
      ...versionOne,
      condition: null,
      prior: { name: "standard-normal", uniforms: 0, graph: false, codes: false },
    });
    expect(graphsOf(manifest)).toEqual(["encoder", "decoder", "scorer"]);
  });

  it("belongs to a bundle that still loads and verifies", async () => {
    const place = bundle.copy();
    const { condition: _, prior, ...rest } = readManifestFile(place);
    const old = { ...rest, prior: { name: prior.name } };
    writeFileSync(join(place, manifestName), JSON.stringify(old));
    expect((await verifyBundle(place)).manifest).toMatchObject({ version: 1, condition: null });
  });

  it("names the version whose fields are missing", () => {
    const { latent: _, ...without } = versionOne;
    expect(() => parseManifest(JSON.stringify(without), "old")).toThrow("as version 1 has them\n  latent:");
  });
});
