import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "@vaekit/infer";
import { build } from "esbuild";
import { zipSync } from "fflate";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, it as test } from "vitest";
import { launchChromium } from "../../bench/support/web-chromium.mjs";
import { hasChromium } from "../browser/support/chromium.ts";
import { temporaryDirectory } from "../support/data.ts";
import { filesListener, noise, serve, text } from "./source-support.ts";

const it = test.runIf(hasChromium);

const bundleFolder = join(import.meta.dirname, "../../packages/infer/src/bundle");
const weights = noise(200_000);
const files: Record<string, Uint8Array> = { "vaekit.json": text('{"a":1}'), "decoder.onnx": weights };
const zip = zipSync({ digits: files });
let digest = "";
let script: Record<string, string> = {};
let browser: Browser;

/** What runs in the page, and in the worker, which answers a message as the page's `load` does. */
const entry = `
  import { clearCache, openWeb } from "./open-web.ts";
  globalThis.clearCache = clearCache;
  globalThis.load = async (source, sha256, options = {}) => {
    const warnings = [];
    try {
      const bundle = await openWeb(source, { ...options, onWarning: (line) => warnings.push(line) });
      const manifest = await bundle.read("vaekit.json", 1000);
      const decoder = await bundle.read("decoder.onnx", 200001, { sha256 });
      return { name: bundle.name, manifest: manifest && new TextDecoder().decode(manifest), bytes: decoder?.length,
        sum: decoder?.reduce((a, b) => a + b, 0), warnings };
    } catch (error) {
      return { error: error.name + ": " + error.message, warnings };
    }
  };
  if (!globalThis.document) onmessage = async ({ data }) => postMessage(await load(...data));
  else globalThis.inWorker = (...given) => new Promise((done, fail) => {
    const worker = new Worker("/deep/entry.js", { type: "module" });
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = ({ message }) => fail(new Error(message));
    worker.postMessage(given);
  });
`;

const loaded = {
  manifest: '{"a":1}',
  bytes: weights.length,
  sum: weights.reduce((a, b) => a + b, 0),
  warnings: [] as unknown[],
};

beforeAll(async () => {
  if (!hasChromium) return;
  digest = await sha256(weights);
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: bundleFolder, sourcefile: "entry.ts", loader: "ts" },
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    format: "esm",
    outdir: "/out",
    chunkNames: "[name]-[hash]",
    write: false,
  });
  script = Object.fromEntries(outputFiles.map(({ path, text }) => [path.split("/").at(-1)!, text]));
  script["entry.js"] = script["stdin.js"]!;
  browser = await launchChromium({ args: ["--host-resolver-rules=MAP insecure.test 127.0.0.1"] });
});
afterAll(() => browser?.close());

/** A server of a page with the script, and of the bundle. */
async function site() {
  const model: Record<string, Uint8Array> = { "/m.zip": zip };
  for (const [name, content] of Object.entries(files)) model[`/m/${name}`] = content;
  const server = await serve((request, response) => {
    const path = request.url!;
    const code = script[path.split("/").at(-1)!];
    if (path === "/" || path === "/deep/")
      response
        .writeHead(200, { "content-type": "text/html" })
        .end(`<input type=file webkitdirectory><script type=module src=/deep/entry.js></script>`);
    else if (code !== undefined) response.writeHead(200, { "content-type": "text/javascript" }).end(code);
    else filesListener(model)(request, response);
  });
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const asked = () => server.seen.filter((path) => path.startsWith("/m"));
  return { ...server, model, context, asked };
}

async function visit(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction("globalThis.load");
  return page;
}

/** `load(...given)` in the page, or in a worker of it. */
function load(page: Page, given: unknown[], where: "load" | "inWorker" = "load") {
  return page.evaluate(`${where}(...${JSON.stringify(given)})`);
}

describe("in Chromium, a bundle by its address", () => {
  it.each(["load", "inWorker"] as const)("(%s) is downloaded once, and is there offline", async (where) => {
    const { port, context, asked } = await site();
    const home = `http://localhost:${port}`;
    // Relative to the page, or to the worker's script, which both are in /deep/.
    expect(await load(await visit(context, `${home}/deep/`), ["../m", digest], where)).toMatchObject({
      ...loaded,
      name: `${home}/m`,
    });
    expect(asked()).toEqual(["/m/vaekit.json", "/m/decoder.onnx"]);
    const second = await visit(context, `${home}/deep/`);
    expect(await load(second, ["../m", digest], where)).toMatchObject(loaded);
    expect(asked()).toEqual(["/m/vaekit.json", "/m/decoder.onnx", "/m/vaekit.json"]);

    const third = await visit(context, `${home}/deep/`);
    // A worker's script is to be had before the network goes.
    const waiting =
      where === "inWorker" &&
      (await third.evaluate(`(async () => {
      globalThis.kept = new Worker("/deep/entry.js", { type: "module" });
      return new Promise((done) => { kept.onmessage = done; kept.postMessage(["../none", ""]); }).then(() => true);
    })()`));
    await context.setOffline(true);
    const offline = waiting
      ? await third.evaluate(`new Promise((done) => {
          kept.onmessage = ({ data }) => done(data);
          kept.postMessage(${JSON.stringify(["../m", digest])});
        })`)
      : await load(third, ["../m", digest]);
    expect(offline).toMatchObject({
      ...loaded,
      warnings: [
        expect.stringMatching(/could not be downloaded \(Failed to fetch\).* Going on with what was kept/),
      ],
    });
  });

  it("is fetched again after clearCache, and where cache is false", async () => {
    const { port, context, asked } = await site();
    const page = await visit(context, `http://localhost:${port}/`);
    await load(page, ["m", digest]);
    await page.evaluate("clearCache()");
    await load(page, ["m", digest]);
    await load(page, ["m", digest, { cache: false }]);
    expect(asked().filter((path) => path.endsWith(".onnx"))).toHaveLength(3);
    await context.setOffline(true);
    expect(await load(page, ["m", digest, { cache: false }])).toMatchObject({
      error: expect.stringMatching(
        /Error: http.*vaekit\.json: could not be downloaded \(Failed to fetch\)\. Check the address/,
      ),
    });
  });

  it("carries no code for archives until there is one", async () => {
    const { port, context, seen } = await site();
    const page = await visit(context, `http://localhost:${port}/`);
    await load(page, ["m", digest]);
    expect(seen.filter((path) => path.includes("archive"))).toEqual([]);
    expect(await load(page, ["m.zip", digest])).toMatchObject(loaded);
    expect(seen.filter((path) => path.includes("archive"))).toHaveLength(1);
    await context.setOffline(true);
    expect(await load(page, ["m.zip", digest])).toMatchObject({ ...loaded, warnings: [expect.any(String)] });
  });

  it("of another origin: the error says what CORS needs", async () => {
    const { port, context } = await site();
    const other = await site();
    const page = await visit(context, `http://localhost:${port}/`);
    expect(await load(page, [`http://localhost:${other.port}/m`, digest])).toMatchObject({
      error: expect.stringContaining(
        `that http://localhost:${other.port} allows this page to read it (CORS: Access-Control-Allow-Origin)`,
      ),
    });
  });

  it("on a page without https, where browsers have no cache, reads its manifest each time", async () => {
    const { port, context, asked } = await site();
    const page = await visit(context, `http://insecure.test:${port}/`);
    expect(await page.evaluate("'caches' in globalThis")).toBe(false);
    for (let i = 0; i < 2; i++) expect(await load(page, ["m"])).toMatchObject(loaded);
    expect(asked()).toHaveLength(4);
    await page.evaluate("clearCache()");
  });
});

describe("in Chromium, a bundle at hand:", () => {
  it("a directory that was picked", async () => {
    const { port, context } = await site();
    const page = await visit(context, `http://localhost:${port}/`);
    const folder = join(temporaryDirectory(), "digits");
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    await page.setInputFiles("input", folder);
    expect(await page.evaluate(`load(document.querySelector("input").files, "${digest}")`)).toMatchObject(
      loaded,
    );
  });

  it("an archive as File, ArrayBuffer and object URL, of the page and in a worker", async () => {
    const { port, context } = await site();
    const page = await visit(context, `http://localhost:${port}/`);
    for (const source of [
      "new File([bytes], 'digits.zip')",
      "bytes",
      "URL.createObjectURL(new Blob([bytes]))",
    ])
      for (const where of ["load", "inWorker"])
        expect(
          await page.evaluate(
            `fetch("m.zip").then((r) => r.arrayBuffer()).then((bytes) => ${where}(${source}, "${digest}"))`,
          ),
          source,
        ).toMatchObject(loaded);
  });
});

it("the code is small: sources without archives stay under 3.5 kB gzipped, with all they need of the errors", async () => {
  const { outputFiles } = await build({
    stdin: { contents: `export { clearCache, openWeb } from "./open-web.ts"`, resolveDir: bundleFolder },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    outdir: "/out",
    write: false,
    // For pages that came over http from another machine.
    external: ["@noble/hashes/*"],
    // Its own part, which every load needs.
    plugins: [
      {
        name: "without the manifest's schema",
        setup: ({ onResolve }) =>
          void onResolve({ filter: /\/manifest\.js$/ }, () => ({ path: "manifest", external: true })),
      },
    ],
  });
  const { gzipSync } = await import("node:zlib");
  const parts = outputFiles.filter(({ path }) => !path.includes("archive"));
  expect(parts.length).toBeLessThan(outputFiles.length);
  const bytes = gzipSync(parts.map(({ text }) => text).join("\n"), { level: 9 }).length;
  expect(bytes).toBeLessThan(3500);
  expect(parts.some(({ text }) => /inflate/i.test(text))).toBe(false);
  expect(readFileSync(join(bundleFolder, "url.ts"), "utf8")).not.toContain("fflate");
});
