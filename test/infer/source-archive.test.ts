import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BundleError } from "@vaekit/infer";
import fc from "fast-check";
import { gzipSync, type Zippable, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { archiveSource } from "../../packages/infer/src/bundle/archive.ts";
import { temporaryDirectory } from "../support/data.ts";
import { bundleErrorOf, noise, text } from "./source-support.ts";

const manifest = text('{"format":"vaekit-bundle"}');
const weights = noise(50_000);
const zeros = new Uint8Array(300_000);

function zip(more: Zippable = {}): Uint8Array {
  return zipSync({ "vaekit.json": manifest, "decoder.onnx": weights, "zeros.onnx": zeros, ...more });
}

async function expectWhole(bytes: Uint8Array): Promise<void> {
  const source = archiveSource(bytes, "a.zip");
  const contents = { "vaekit.json": manifest, "decoder.onnx": weights, "zeros.onnx": zeros };
  for (const [name, content] of Object.entries(contents)) {
    const read = (await source.read(name, content.length + 1))!;
    expect(read.constructor).toBe(Uint8Array);
    expect(Buffer.compare(read, content), name).toBe(0);
  }
  expect(await source.read("none.onnx", 1000)).toBeNull();
}

/** Where each file's record stands in the central directory. */
function records(bytes: Uint8Array): { at: number; name: string }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const found: { at: number; name: string }[] = [];
  let at = view.getUint32(bytes.length - 22 + 16, true);
  while (view.getUint32(at, true) === 0x02014b50) {
    const length = view.getUint16(at + 28, true);
    found.push({ at, name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)) });
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

function changed(file: string, change: (view: DataView, at: number) => void): Uint8Array {
  const bytes = zip();
  change(new DataView(bytes.buffer), records(bytes).find(({ name }) => name === file)!.at);
  return bytes;
}

const has = (command: string) => {
  try {
    execFileSync(command, ["--help"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

function folderOf(): string {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, "digits"));
  for (const [name, content] of [
    ["vaekit.json", manifest],
    ["decoder.onnx", weights],
    ["zeros.onnx", zeros],
  ] as const)
    writeFileSync(join(folder, "digits", name), content);
  return folder;
}

describe("a bundle in one archive is read", () => {
  it("deflated, stored, and out of a larger buffer", async () => {
    await expectWhole(zip());
    await expectWhole(
      zipSync({ "vaekit.json": manifest, "decoder.onnx": weights, "zeros.onnx": zeros }, { level: 0 }),
    );
    const bytes = zip();
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 10);
    await expectWhole(larger.subarray(10, 10 + bytes.length));
  });

  it("from one top folder, with what macOS adds", async () => {
    await expectWhole(
      zipSync({
        digits: { "vaekit.json": manifest, "decoder.onnx": weights, "zeros.onnx": zeros },
        "__MACOSX/digits/._vaekit.json": text("x"),
        ".DS_Store": text("x"),
      }),
    );
  });

  it.runIf(has("zip"))("as `zip -r` writes it, also by way of a pipe, with data descriptors", async () => {
    const folder = folderOf();
    execFileSync("zip", ["-q", "-r", "a.zip", "digits"], { cwd: folder });
    await expectWhole(readFileSync(join(folder, "a.zip")));
    await expectWhole(execFileSync("zip", ["-q", "-r", "-", "digits"], { cwd: folder, maxBuffer: 2 ** 24 }));
    execFileSync("zip", ["-q", "-z", "a.zip"], { cwd: folder, input: "a comment PK\u0005\u0006 in it\n" });
    await expectWhole(readFileSync(join(folder, "a.zip")));
  });

  it.runIf(has("zip"))("encrypted: refused", async () => {
    const folder = folderOf();
    execFileSync("zip", ["-q", "-P", "secret", "-r", "a.zip", "digits"], { cwd: folder });
    const { message } = await bundleErrorOf(() =>
      archiveSource(readFileSync(join(folder, "a.zip")), "a.zip"),
    );
    expect(message).toMatch(/digits\/\S+ is encrypted\. Pack the bundle without a password/);
  });

  it.runIf(has("python3"))(
    "as Python's zipfile writes it; its other methods and duplicates are refused",
    async () => {
      const folder = folderOf();
      const script = `
import os, sys, warnings, zipfile as z
warnings.simplefilter("ignore")
for name, method in ("stored", z.ZIP_STORED), ("deflated", z.ZIP_DEFLATED), ("bzip2", z.ZIP_BZIP2), ("lzma", z.ZIP_LZMA):
    with z.ZipFile(name + ".zip", "w", method) as out:
        for file in os.listdir("digits"): out.write("digits/" + file, file)
with z.ZipFile("twice.zip", "w") as out:
    for _ in range(2): out.writestr("vaekit.json", "{}")
with z.ZipFile("forced.zip", "w") as out:
    with out.open("vaekit.json", "w", force_zip64=True) as file: file.write(b"{}")
`;
      execFileSync("python3", ["-c", script], { cwd: folder });
      const open = (name: string) => archiveSource(readFileSync(join(folder, `${name}.zip`)), name);
      for (const name of ["stored", "deflated"]) await expectWhole(readFileSync(join(folder, `${name}.zip`)));
      for (const [name, method] of [
        ["bzip2", 12],
        ["lzma", 14],
      ])
        expect((await bundleErrorOf(() => open(`${name}`))).message).toContain(
          `compressed by method ${method};`,
        );
      expect((await bundleErrorOf(() => open("twice"))).message).toContain("two files named vaekit.json");
      // zip64 only in the local header, which is not asked.
      expect(await open("forced").read("vaekit.json", 10)).toEqual(text("{}"));
    },
  );
});

describe("sizes are checked before anything is inflated", () => {
  it("a file larger than its limit", async () => {
    const { message } = await bundleErrorOf(() => archiveSource(zip(), "a.zip").read("zeros.onnx", 1000));
    expect(message).toContain("a.zip/zeros.onnx: 300000 bytes, more than the 1000 that it may have");
  });

  it("a bomb that declares little is given up when more comes out", async () => {
    const bomb = zipSync({ "vaekit.json": new Uint8Array(2 ** 27) });
    const [record] = records(bomb);
    new DataView(bomb.buffer).setUint32(record!.at + 24, 1000, true);
    const { message } = await bundleErrorOf(() => archiveSource(bomb, "bomb.zip").read("vaekit.json", 2000));
    expect(message).toContain("bomb.zip/vaekit.json: damaged inside the archive, or larger than it says");
  });

  it("a stored file whose size is not that of its bytes", async () => {
    const bytes = zipSync({ "vaekit.json": manifest }, { level: 0 });
    new DataView(bytes.buffer).setUint32(records(bytes)[0]!.at + 24, 5, true);
    expect((await bundleErrorOf(() => archiveSource(bytes, "a").read("vaekit.json", 100))).message).toContain(
      "damaged",
    );
  });
});

describe("a damaged archive is refused:", () => {
  it.each([1, 21, 22, 100, 1000])("%d bytes cut off its end", async (cut) => {
    const bytes = zip();
    const { message } = await bundleErrorOf(() =>
      archiveSource(bytes.subarray(0, bytes.length - cut), "a.zip"),
    );
    expect(message).toContain("it starts as one and is cut off");
  });

  it("the first half missing", async () => {
    const bytes = zip();
    const half = bytes.subarray(bytes.length / 2);
    await bundleErrorOf(() => archiveSource(half, "a.zip"));
  });

  it.each([
    [
      "zip64 sizes",
      (view: DataView, at: number) => view.setUint32(at + 24, 0xffffffff, true),
      "a zip64 archive",
    ],
    [
      "an encrypted file",
      (view: DataView, at: number) => view.setUint16(at + 8, 1, true),
      "decoder.onnx is encrypted",
    ],
    [
      "a record that is none",
      (view: DataView, at: number) => view.setUint32(at, 1, true),
      "a damaged zip archive",
    ],
    [
      "a name beyond the end",
      (view: DataView, at: number) => view.setUint16(at + 28, 60_000, true),
      "a damaged zip",
    ],
  ])("%s", async (_, change, says) => {
    const { message } = await bundleErrorOf(() => archiveSource(changed("decoder.onnx", change), "a.zip"));
    expect(message).toContain(says);
  });

  it.each([
    ["an offset beyond the end", (view: DataView, at: number) => view.setUint32(at + 42, 2 ** 31, true)],
    ["an offset inside another file", (view: DataView, at: number) => view.setUint32(at + 42, 7, true)],
    ["more bytes than there are", (view: DataView, at: number) => view.setUint32(at + 20, 2 ** 30, true)],
    ["another checksum", (view: DataView, at: number) => view.setUint32(at + 16, 1, true)],
    ["a size too large", (view: DataView, at: number) => view.setUint32(at + 24, 50_001, true)],
  ])("%s", async (_, change) => {
    const source = archiveSource(changed("decoder.onnx", change), "a.zip");
    expect((await bundleErrorOf(() => source.read("decoder.onnx", 60_000))).message).toContain("damaged");
    expect(await source.read("vaekit.json", 1000)).toEqual(manifest);
  });

  it("any bytes changed: the file as it was, none, or a BundleError; never other bytes", async () => {
    const whole = zipSync({
      "vaekit.json": manifest,
      "decoder.onnx": weights.subarray(0, 300),
      z: zeros.subarray(0, 999),
    });
    const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(20), async (changes, cut) => {
        const bytes = whole.slice(0, whole.length - (cut > 15 ? cut : 0));
        for (const { at, to } of changes) if (at < bytes.length) bytes[at] = to;
        try {
          const read = await archiveSource(bytes, "a.zip").read("decoder.onnx", 1000);
          if (read) expect(read).toEqual(weights.subarray(0, 300));
        } catch (error) {
          if (!(error instanceof BundleError)) throw error;
        }
      }),
      { numRuns: 1500, seed: 5 },
    );
  });
});

describe("what is no archive is named:", () => {
  it.each([
    ["nothing", new Uint8Array(), "it is empty"],
    ["a page of a server", text("\n<!doctype html><title>404</title>"), "it is a web page"],
    ["a manifest", manifest, "it looks like JSON, perhaps vaekit.json"],
    ["gzip", gzipSync(manifest), "it is gzip"],
    ["7z", Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), "it is an archive of another kind"],
    ["noise", Uint8Array.of(1, 2, 3), "it starts with 010203"],
  ])("%s", async (_, bytes, says) => {
    const { message } = await bundleErrorOf(() => archiveSource(bytes, "a.zip"));
    expect(message).toContain(`a.zip: not a zip archive: ${says}`);
    expect(message).toContain("`vaekit pack`");
  });

  it("an ONNX model", async () => {
    const model = join(import.meta.dirname, "../../demo/model/decoder.onnx");
    const start = Uint8Array.of(8, 8, 0x12, 6, ...text("vaekit"));
    const bytes = existsSync(model) ? readFileSync(model) : start;
    expect((await bundleErrorOf(() => archiveSource(bytes, "d.onnx"))).message).toContain(
      "one ONNX model alone",
    );
  });

  it("an archive without a bundle, or with two", async () => {
    const none = zipSync({ "a.txt": text("a"), b: { "c.onnx": text("c") } });
    expect((await bundleErrorOf(() => archiveSource(none, "a.zip"))).message).toContain(
      "no vaekit.json there, so it is not a bundle; there is a.txt, b/c.onnx. Give all",
    );
    const two = zipSync({ a: { "vaekit.json": manifest }, b: { "vaekit.json": manifest } });
    expect((await bundleErrorOf(() => archiveSource(two, "a.zip"))).message).toContain(
      "2 bundles in one (a/vaekit.json, b/vaekit.json)",
    );
    expect((await bundleErrorOf(() => archiveSource(zipSync({}), "a.zip"))).message).toContain(
      "there is nothing",
    );
  });
});
