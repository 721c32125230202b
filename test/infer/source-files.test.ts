import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "@vaekit/infer";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { directoryCache } from "../../packages/infer/src/bundle/cache-directory.ts";
import { filesSource } from "../../packages/infer/src/bundle/files.ts";
import { openNode } from "../../packages/infer/src/bundle/open-node.ts";
import { openWeb } from "../../packages/infer/src/bundle/open-web.ts";
import type { BundleSource } from "../../packages/infer/src/bundle/source.ts";
import { temporaryDirectory } from "../support/data.ts";
import { bundleErrorOf, filesListener, serve, text } from "./source-support.ts";

const contents = { "vaekit.json": "{}", "decoder.onnx": "weights", "reference/x.bin": "xs" };
const zip = zipSync({
  digits: { "vaekit.json": text("{}"), "decoder.onnx": text("weights"), "reference/x.bin": text("xs") },
});

async function expectContents(source: BundleSource): Promise<void> {
  for (const [name, content] of Object.entries(contents))
    expect(await source.read(name, 100), name).toEqual(text(content));
  expect(await source.read("encoder.onnx", 100)).toBeNull();
}

/** As a browser gives the files of a directory that was picked. */
function picked(folder = "digits"): File[] {
  return Object.entries(contents).map(([path, content]) => {
    const file = new File([content], path.split("/").at(-1)!);
    Object.defineProperty(file, "webkitRelativePath", { value: folder && `${folder}/${path}` });
    return file;
  });
}

function directory(): string {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, "reference"));
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  return folder;
}

describe("a bundle of files at hand", () => {
  const entries = Object.entries(contents);
  it.each([
    ["bytes by name", Object.fromEntries(entries.map(([name, content]) => [name, text(content)]))],
    ["blobs by name", Object.fromEntries(entries.map(([name, content]) => [name, new Blob([content])]))],
    ["a map", new Map(entries.map(([name, content]) => [`a/b/${name}`, text(content)]))],
    ["a directory that was picked", picked()],
    ["a list that is no array", { ...picked(), length: 3, item: () => null }],
  ])("%s", async (_, files) => {
    await expectContents(filesSource(files as Parameters<typeof filesSource>[0]));
    await expectContents(await openWeb(files as Parameters<typeof openWeb>[0]));
    await expectContents(await openNode(files as Parameters<typeof openNode>[0]));
  });

  it("files that were dropped, without a directory", async () => {
    expect(await filesSource(picked("")).read("decoder.onnx", 100)).toEqual(text("weights"));
  });

  it("larger than they may be are not read", async () => {
    const unread = new Blob(["weights"]);
    unread.arrayBuffer = () => expect.fail("it was read");
    const source = filesSource({ "vaekit.json": text("{}"), "decoder.onnx": unread });
    expect((await bundleErrorOf(() => source.read("decoder.onnx", 6))).message).toContain(
      "files/decoder.onnx: 7 bytes, more than the 6 that it may have",
    );
  });

  it("that went away since they were picked", async () => {
    const gone = new Blob(["weights"]);
    gone.arrayBuffer = () =>
      Promise.reject(new DOMException("A requested file could not be found", "NotFoundError"));
    const source = filesSource({ "vaekit.json": text("{}"), "decoder.onnx": gone });
    expect((await bundleErrorOf(() => source.read("decoder.onnx", 10))).message).toBe(
      "files/decoder.onnx: cannot be read (A requested file could not be found). Choose it again.",
    );
  });

  it("none of them a manifest", async () => {
    const none: Parameters<typeof filesSource>[0][] = [{}, { "a.onnx": text("a") }, [], picked().slice(1)];
    for (const files of none)
      expect((await bundleErrorOf(() => filesSource(files))).message).toContain("no vaekit.json there");
  });
});

describe.each([
  ["openNode", openNode],
  ["openWeb", openWeb],
])("%s takes", (_, open) => {
  it.each([
    ["an archive's bytes", zip],
    ["its buffer", zip.slice().buffer],
    ["a blob of it", new Blob([zip])],
    ["a file of it", new File([zip], "digits.zip")],
    ["the one file that was picked", [new File([zip], "digits.zip")]],
  ])("%s", async (_, source) => {
    await expectContents(await open(source));
  });

  it("a source of one's own, as it is", async () => {
    const source: BundleSource = { name: "mine", read: async () => null };
    expect(await open(source)).toBe(source);
  });

  it("addresses, of folders and archives", async () => {
    const files = Object.fromEntries(
      Object.entries(contents).map(([name, content]) => [`/m/${name}`, content]),
    );
    const { address } = await serve(filesListener({ ...files, "/m.zip": zip }));
    for (const source of [`${address}/m`, new URL(`${address}/m/`), `${address}/m.zip`])
      await expectContents(await open(source, { cache: false }));
    await expectContents(
      await open(`data:application/zip;base64,${Buffer.from(zip).toString("base64")}`, { cache: false }),
    );
  });

  it("no other things", async () => {
    for (const source of [null, undefined, 7, () => {}])
      await expect((async () => open(source as never))()).rejects.toBeInstanceOf(UsageError);
    const { message } = await bundleErrorOf(() => open(new File(["<!doctype html>"], "digits.zip")));
    expect(message).toContain("digits.zip: not a zip archive: it is a web page");
  });
});

describe("openNode takes", () => {
  it("paths: of a directory, its manifest, an archive, and their file:// addresses", async () => {
    const folder = directory();
    const archive = join(folder, "any name");
    writeFileSync(archive, zip);
    for (const path of [folder, `${folder}/`, join(folder, "vaekit.json"), archive]) {
      await expectContents(await openNode(path));
      await expectContents(await openNode(pathToFileURL(path)));
      await expectContents(await openNode(pathToFileURL(path).href));
    }
  });

  it("a path with nothing there for an empty directory, and names other files", async () => {
    const folder = temporaryDirectory();
    expect(await (await openNode(join(folder, "none"))).read("vaekit.json", 10)).toBeNull();
    writeFileSync(join(folder, "notes"), "some text");
    const { message } = await bundleErrorOf(() => openNode(join(folder, "notes")));
    expect(message).toContain("notes: not a zip archive: it starts with 736f6d6520746578");
  });

  it.each(["s3://bucket/digits", "ftp://host/digits", new URL("blob:nodedata:1")])(
    "no %s",
    async (address) => {
      const { message } = await bundleErrorOf(() => openNode(address));
      expect(message).toContain("addresses start with http://, https:// or file://");
    },
  );

  it("no file:// of another computer", async () => {
    if (process.platform === "win32") return;
    expect((await bundleErrorOf(() => openNode("file://host/share"))).message).toContain(
      "no path of this computer",
    );
  });
});

it("openWeb without a page takes whole addresses only", async () => {
  expect((await bundleErrorOf(() => openWeb("models/digits"))).message).toBe(
    '"models/digits" is no address. Give a whole one, with https://.',
  );
});

it.runIf(process.platform !== "win32")(
  "what is no file is refused, and a named pipe waits for nobody",
  async () => {
    const folder = temporaryDirectory();
    execFileSync("mkfifo", [join(folder, "vaekit.json")]);
    mkdirSync(join(folder, "decoder.onnx"));
    const source = await openNode(folder);
    expect((await bundleErrorOf(() => source.read("vaekit.json", 10))).message).toContain(
      "it is a named pipe",
    );
    expect((await bundleErrorOf(() => source.read("decoder.onnx", 10))).message).toContain(
      "it is a directory",
    );
    const cache = directoryCache(folder);
    execFileSync("mkfifo", [join(folder, `sha256-${"0".repeat(64)}`)]);
    expect(await cache.get("0".repeat(64))).toBeNull();
  },
);
