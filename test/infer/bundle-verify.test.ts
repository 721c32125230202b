import { cpSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportBundle, verifyBundle } from "@vaekit/export";
import { BundleError, exitCodes, graphNames, loadRuntime, VerificationError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { readManifestFile, replaceFile, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();

async function otherDecoder(): Promise<Uint8Array> {
  const place = join(temporaryDirectory(), "other");
  await exportBundle(bundle.other, place);
  return new Uint8Array(readFileSync(join(place, "decoder.onnx")));
}

describe("verifyBundle", () => {
  it("passes a good bundle on both runtimes and reports every output's error", async () => {
    const runtimes = [await loadRuntime("node"), await loadRuntime("web")];
    const report = await verifyBundle(bundle.directory, { runtimes });
    expect(report.manifest).toEqual(readManifestFile(bundle.directory));
    expect(Object.keys(report.runtimes)).toEqual(["node", "web"]);
    for (const errors of Object.values(report.runtimes)) {
      expect(Object.keys(errors)).toEqual([...graphNames]);
      expect(Object.keys(errors.encoder!)).toEqual(["mu", "logvar"]);
      expect(Object.keys(errors.scorer!)).toEqual(["log_px", "log_pz", "log_qz"]);
      for (const outputs of Object.values(errors)) {
        for (const { maxRelative } of Object.values(outputs))
          expect(maxRelative).toBeLessThanOrEqual(report.tolerance);
      }
    }
  });

  it("passes a bundle that was moved", async () => {
    const place = join(temporaryDirectory(), "moved", "deeper");
    cpSync(bundle.directory, place, { recursive: true });
    await expect(verifyBundle(place)).resolves.toBeDefined();
  });

  it.each(["encoder.onnx", "decoder.onnx", "scorer.onnx", "reference/outputs.safetensors"])(
    "throws BundleError when %s is damaged",
    async (file) => {
      const place = bundle.copy();
      const path = join(place, file);
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 0x10;
      writeFileSync(path, bytes);
      await expect(verifyBundle(place)).rejects.toThrow(BundleError);
      await expect(verifyBundle(place)).rejects.toThrow(`${file}: its sha256 is not the manifest's`);
      truncateSync(path, 10);
      await expect(verifyBundle(place)).rejects.toThrow(/bytes expected, got 10/);
    },
  );

  it("throws BundleError where there is no bundle", async () => {
    await expect(verifyBundle(temporaryDirectory())).rejects.toThrow(BundleError);
  });

  it("throws VerificationError, exit code 4, when the decoder is another valid model with the manifest mended", async () => {
    const place = bundle.copy();
    await replaceFile(place, "decoder.onnx", await otherDecoder());
    const error = await verifyBundle(place).catch((reason) => reason);
    expect(error).toBeInstanceOf(VerificationError);
    expect(error.exitCode).toBe(exitCodes.verification);
    expect(error.exitCode).toBe(4);
    expect(error.message).toContain("decoder on node: 2 of 2 outputs differ from tfjs by more than 0.00001");
    expect(error.message).toContain("x_mean: largest relative error");
    expect(error.message).toContain("try another version of onnxruntime, or export again");
  });

  it("throws VerificationError when nothing is close enough for the tolerance", async () => {
    await expect(verifyBundle(bundle.directory, { tolerance: 1e-12 })).rejects.toThrow(VerificationError);
  });
});
