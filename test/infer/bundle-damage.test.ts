import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BundleError, exitCodes, openBundle, Vae } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { changeManifest, replaceFile, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();

async function errorOf(directory: string): Promise<BundleError> {
  const error = await Vae.load(directory).then(
    (vae) => vae.dispose(),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(BundleError);
  expect((error as BundleError).exitCode).toBe(exitCodes.bundle);
  return error as BundleError;
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
}

describe("a damaged bundle is refused with what to do:", () => {
  it("a directory that is not there", async () => {
    const { message } = await errorOf(join(temporaryDirectory(), "nowhere"));
    expect(message).toContain(
      "no vaekit.json there, so it is not a bundle. Give the directory that `vaekit export` wrote, not a run.",
    );
  });

  it("a file in place of the directory", async () => {
    const { message } = await errorOf(join(bundle.directory, "encoder.onnx"));
    expect(message).toContain("no vaekit.json there");
  });

  it("an empty directory", async () => {
    expect((await errorOf(temporaryDirectory())).message).toContain(
      "Give the directory that `vaekit export` wrote, not a run.",
    );
  });

  it.each(["encoder", "decoder", "scorer"])("no %s", async (graph) => {
    const place = bundle.copy();
    rmSync(join(place, `${graph}.onnx`));
    const { message } = await errorOf(place);
    expect(message).toContain(`${graph}.onnx is missing; the bundle needs it. Copy it back or export again.`);
  });

  it("a truncated file", async () => {
    const place = bundle.copy();
    truncateSync(join(place, "decoder.onnx"), 100);
    const { message } = await errorOf(place);
    expect(message).toMatch(/decoder\.onnx: \d+ bytes expected, got 100: the file is damaged/);
    expect(message).toContain("Copy the bundle again or export again.");
  });

  it("an emptied file", async () => {
    const place = bundle.copy();
    truncateSync(join(place, "encoder.onnx"), 0);
    expect((await errorOf(place)).message).toMatch(/encoder\.onnx: \d+ bytes expected, got 0/);
  });

  it("a file with bytes added", async () => {
    const place = bundle.copy();
    writeFileSync(join(place, "scorer.onnx"), "more", { flag: "a" });
    expect((await errorOf(place)).message).toMatch(/scorer\.onnx: \d+ bytes expected, got more/);
  });

  it.each([0, 0.5, 1])("one byte flipped at %d of a file", async (share) => {
    const place = bundle.copy();
    const path = join(place, "encoder.onnx");
    flip(path, Math.floor(share * (readFileSync(path).length - 1)));
    const { message } = await errorOf(place);
    expect(message).toContain("encoder.onnx: its sha256 is not the manifest's: the file is damaged.");
    expect(message).toContain("Copy the bundle again or export again.");
  });

  it("encoder and decoder swapped", async () => {
    const place = bundle.copy();
    const [encoder, decoder, held] = ["encoder.onnx", "decoder.onnx", "held"].map((name) =>
      join(place, name),
    );
    renameSync(encoder!, held!);
    renameSync(decoder!, encoder!);
    renameSync(held!, decoder!);
    // Both are wrong, and they are read side by side.
    expect((await errorOf(place)).message).toMatch(
      /(encoder|decoder)\.onnx: (\d+ bytes expected|its sha256 .* this is (decoder|encoder)\.onnx)/,
    );
  });

  it("a file under another's name, of the same size", async () => {
    const place = bundle.copy();
    const scorer = readFileSync(join(place, "scorer.onnx"));
    // What is flipped is listed under a name of its own, so that the error can tell which file it is.
    scorer[scorer.length - 1]! ^= 1;
    await replaceFile(place, "other.onnx", scorer);
    writeFileSync(join(place, "scorer.onnx"), scorer);
    expect((await errorOf(place)).message).toContain(
      "scorer.onnx: its sha256 is not the manifest's: this is other.onnx.",
    );
  });

  it("a renamed file", async () => {
    const place = bundle.copy();
    renameSync(join(place, "decoder.onnx"), join(place, "Decoder.onnx"));
    expect((await errorOf(place)).message).toContain("decoder.onnx is missing");
  });

  it.each(["encoder.onnx", "vaekit.json"])("a directory under the name %s", async (name) => {
    const place = bundle.copy();
    rmSync(join(place, name));
    mkdirSync(join(place, name));
    expect((await errorOf(place)).message).toMatch(
      /bytes expected|cannot be read: it is a directory|cannot be read \(EISDIR\). Check the path/,
    );
  });

  it("bytes that are no model, though the manifest has their sha256", async () => {
    const place = bundle.copy();
    await replaceFile(place, "decoder.onnx", new TextEncoder().encode("no model"));
    const { message } = await errorOf(place);
    expect(message).toMatch(/decoder\.onnx: ONNX Runtime \((native|node)\) cannot load it/);
    expect(message).toContain("Update onnxruntime or export the bundle again.");
  });

  it("a valid graph in another's place, though the manifest has its sha256", async () => {
    const place = bundle.copy();
    await replaceFile(place, "decoder.onnx", readFileSync(join(place, "encoder.onnx")));
    const { message } = await errorOf(place);
    expect(message).toContain("decoder.onnx: not the decoder that vaekit.json describes");
    expect(message).toContain("input x is none of z");
    expect(message).toContain("there is no output x_mean");
    expect(message).toContain("copy the bundle again or export again.");
  });
});

describe("a changed manifest is refused with what to do:", () => {
  const write = (text: string) => {
    const place = bundle.copy();
    writeFileSync(join(place, "vaekit.json"), text);
    return place;
  };

  it("not JSON", async () => {
    const { message } = await errorOf(write("{ not json"));
    expect(message).toMatch(/vaekit\.json: not JSON \(.+\)\. Export the bundle again\./);
  });

  it("empty", async () => {
    expect((await errorOf(write(""))).message).toContain("not JSON");
  });

  it.each(["null", "[]", "7", "{}", '{"format": "other", "version": 1}', '{"format": "vaekit-bundle"}'])(
    "JSON that is no manifest: %s",
    async (text) => {
      const { message } = await errorOf(write(text));
      expect(message).toContain('not a vaekit bundle: it has no "format": "vaekit-bundle" with a version.');
      expect(message).toContain("Give the directory that `vaekit export` wrote.");
    },
  );

  it("of a later version", async () => {
    const place = bundle.copy();
    changeManifest(place, (manifest) => Object.assign(manifest, { version: 3, latent: "unknown by then" }));
    expect((await errorOf(place)).message).toContain(
      "bundle version 3, this vaekit reads up to 2. Update vaekit.",
    );
  });

  it("with fields of the wrong kind, all of them named", async () => {
    const place = bundle.copy();
    changeManifest(place, (manifest) => Object.assign(manifest, { latent: -1, prior: null, producer: 5 }));
    const { message } = await errorOf(place);
    expect(message).toContain("3 fields are not as version 1 has them");
    for (const field of ["latent", "prior", "producer"]) expect(message).toContain(`\n  ${field}: `);
    expect(message).toContain("The file was changed after export; export the bundle again.");
  });

  it("without one of the files", async () => {
    const place = bundle.copy();
    changeManifest(place, ({ files }) => Reflect.deleteProperty(files, "scorer.onnx"));
    expect((await errorOf(place)).message).toContain(
      "vaekit.json lists no scorer.onnx. Export the bundle again.",
    );
  });

  it.each([
    [
      "latent",
      (manifest: { latent: number }) => (manifest.latent += 1),
      "mu is [batch, 3] float32, not [batch, 4] float32",
    ],
    [
      "shape",
      ({ data }: { data: { shape: number[] } }) => data.shape.reverse(),
      "x is [batch, 6, 5, 1] uint8, not [batch, 1, 5, 6] uint8",
    ],
    [
      "likelihood's outputs",
      ({ likelihood }: { likelihood: { outputs: string[] } }) => likelihood.outputs.push("x_scale"),
      "there is no output x_scale",
    ],
  ] as const)("with another %s than its graphs have", async (_, change, problem) => {
    const place = bundle.copy();
    changeManifest(place, change as never);
    const { message } = await errorOf(place);
    expect(message).toContain(problem);
    expect(message).toContain(
      "One of the two files was changed after export; copy the bundle again or export again.",
    );
  });
});

describe("a bundle's source", () => {
  it("reads no more of a file than it is told, and null where there is none", async () => {
    const source = await openBundle(bundle.directory);
    const whole = readFileSync(join(bundle.directory, "encoder.onnx"));
    expect(await source.read("encoder.onnx", 10)).toEqual(new Uint8Array(whole.subarray(0, 10)));
    expect((await source.read("encoder.onnx", whole.length + 1))!.length).toBe(whole.length);
    expect(await source.read("none.onnx", 10)).toBeNull();
  });
});
