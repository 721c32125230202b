import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { siteFiles } from "@vaekit/explorer";
import { NdArray, Vae } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { serve } from "../../bench/support/web-server.mjs";
import { writeFiles } from "../browser/explorer/support/files.ts";
import { temporaryDirectory } from "../support/data.ts";
import { siteBundles, siteIn, textOf } from "./site-support.ts";

const bundles = siteBundles("five", "two", "labels");
const sha256 = (content: Uint8Array | string) =>
  `sha256-${createHash("sha256").update(content).digest("base64")}`;
const withoutManifest = ["index.html", "sw.js", "site.json", "_headers", "vercel.json", ".nojekyll"];

describe("a site's files", () => {
  it("are those that its manifest lists, each with its bytes and its digest", async () => {
    const { files, site } = await bundles.deploy("five");
    const listed = [...files.keys()].filter((path) => !withoutManifest.includes(path));
    expect(Object.keys(site.files).sort()).toEqual(listed.sort());
    for (const [path, { bytes, integrity }] of Object.entries(site.files)) {
      expect({ path, bytes, integrity }).toEqual({
        path,
        bytes: files.get(path)!.length,
        integrity: sha256(files.get(path)!),
      });
    }
    expect(site.producer).toMatch(/^vaekit \d+\.\d+\.\d+$/);
  });

  it("are the same for the same bundle and options, and have another revision with others", async () => {
    const once = await bundles.deploy("five");
    const again = await siteFiles(await bundles.source("five"));
    expect([...again]).toEqual([...once.files]);
    const other = await bundles.deploy("five", { decoderOnly: true });
    expect(other.site.revision).not.toBe(once.site.revision);
  });

  it("have onnxruntime in none of their scripts where the page's own runtime will do", async () => {
    const { files, site } = await bundles.deploy("five");
    expect(site.model).toMatchObject({ runtime: "tiny", wasm: null, reason: "" });
    const scripts = [...files].filter(([path]) => path.endsWith(".js"));
    for (const [path, bytes] of scripts) expect(textOf(bytes), path).not.toMatch(/ort-wasm/);
    expect(files.has("vae-decoder.js")).toBe(true);
    // Every name that a script imports leads to a file.
    for (const [path, bytes] of scripts.filter(([path]) => path.startsWith("assets/"))) {
      for (const [, name] of textOf(bytes).matchAll(/import\(?\s*[`"']\.\/([\w.-]+\.js)[`"']/g))
        expect(files.has(`assets/${name}`), `${path} asks for ${name}`).toBe(true);
    }
  });

  it.each([
    ["wasm", "ort-wasm-simd-threaded.wasm"],
    ["webgpu", "ort-wasm-simd-threaded.asyncify.wasm"],
  ] as const)("have onnxruntime for %s, as it was asked for", async (runtime, name) => {
    const { files, site } = await bundles.deploy("two", { runtime });
    expect(site.model).toMatchObject({ runtime, reason: expect.stringContaining("asked for") });
    const wasm = site.model.wasm!;
    // Under a name that changes with its content, as all in assets/.
    expect(wasm).toMatch(new RegExp(`^assets/${name.replace(".wasm", "-.{8}\\.wasm")}$`));
    const dist = join(import.meta.dirname, "../../node_modules/onnxruntime-web/dist");
    const installed = readFileSync(join(dist, name));
    expect(sha256(files.get(wasm)!)).toBe(sha256(installed));
    expect([...files.keys()].filter((path) => path.endsWith(".wasm"))).toEqual([wasm]);
    const large = [...files].filter(([path, { length }]) => /\/onnxruntime-/.test(path) && length > 50_000);
    expect(large).toHaveLength(1);
    expect(textOf(files.get("_headers"))).toContain("Cross-Origin-Embedder-Policy: require-corp");
    expect(files.has("vae-decoder.js")).toBe(false);
  });

  it("leave the encoder out when asked to", async () => {
    const { files, site } = await bundles.deploy("five", { decoderOnly: true });
    expect(files.has("model/encoder.onnx")).toBe(false);
    expect(site.model.encoder).toBe(false);
    expect(Object.keys(JSON.parse(textOf(files.get("model/vaekit.json"))).files)).toEqual(["decoder.onnx"]);
  });

  it("have a model without training settings, which Vae.load opens over http", async () => {
    const { files } = await bundles.deploy("labels", { name: "x" });
    const manifest = JSON.parse(textOf(files.get("model/vaekit.json")));
    expect(manifest.training).toEqual({});
    expect(manifest.reference).toBeUndefined();
    const folder = join(temporaryDirectory(), "site");
    writeFiles(folder, files);
    const server = await serve({ "/sub/path/": folder });
    const graphs = ["encoder", "decoder"] as const;
    const [far, near] = await Promise.all([
      Vae.load(`${server.origin}/sub/path/model/`, { graphs, cache: false }),
      Vae.load(bundles.path("labels"), { graphs }),
    ]);
    const z = new NdArray(Float32Array.of(1, -1, 0.5, 0), [1, 4]);
    const [a, b] = [await far.decode(z, { c: [2] }), await near.decode(z, { c: [2] })];
    expect(a.x_mean.data).toEqual(b.x_mean.data);
    await Promise.all([far.dispose(), near.dispose(), server.close()]);
  });

  it("tell programs what they are in site.json, shorter than the page's own", async () => {
    const { files, site } = await bundles.deploy("five");
    const summary = JSON.parse(textOf(files.get("site.json")));
    expect(summary).toMatchObject({ format: "vaekit-site", name: "five", revision: site.revision });
    expect(summary.reference).toEqual({ file: site.reference.file, rows: 60, of: "examples", labels: true });
    expect(summary.files).toEqual(site.files);
  });
});

describe("the page of a site", () => {
  it("allows its own files and exactly its inline scripts, each by its digest", async () => {
    const { html, site } = await bundles.deploy("five");
    const policy = html.match(/Content-Security-Policy" content="([^"]*)"/)![1]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:/);
    const inline = [...html.matchAll(/<script( type="importmap")?>(.*?)<\/script>/gs)].map(
      ([, , body]) => body!,
    );
    expect(inline).toHaveLength(2);
    for (const body of inline) expect(policy).toContain(`'${sha256(body)}'`);
    const [, script, digest] = html.match(/<script type="module" src="([^"]+)" integrity="([^"]+)">/)!;
    expect(site.files[script!]!.integrity).toBe(digest);
    const map = JSON.parse(inline.find((body) => body.startsWith("{"))!);
    for (const [path, integrity] of Object.entries(map.integrity))
      expect(site.files[path.replace("./", "")]!.integrity).toBe(integrity);
    const lazy = Object.keys(site.files).filter((path) => /^assets\/.*\.js$/.test(path) && path !== script);
    expect(Object.keys(map.integrity).sort()).toEqual(lazy.map((path) => `./${path}`).sort());
  });

  it("has relative paths alone, so that it works below any folder", async () => {
    const { html } = await bundles.deploy("five");
    const outside = html.replace(/<script type="application\/json".*?<\/script>/s, "");
    const paths = [...outside.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, path]) => path!);
    for (const path of paths) expect(path).toMatch(/^(assets\/|data:image\/svg)/);
  });

  it("shows any name and description as text", async () => {
    const name = `</script><script>alert(1)</script> "A" & 'B' <b>`;
    const { html } = await bundles.deploy("two", { name, description: `<img src=x onerror="alert(2)">` });
    expect(html).not.toMatch(/<script>alert|<img|<b>/);
    expect(siteIn(html).name).toBe(name);
    expect(html).toContain(
      "<title>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &quot;A&quot; &amp; &#39;B&#39; &lt;b&gt;</title>",
    );
  });

  it("says something before any script runs, and where none does", async () => {
    const { html } = await bundles.deploy("five");
    expect(html).toMatch(/<div id="app">.*<h1>five<\/h1>.*Loading/s);
    expect(html).toMatch(/<noscript>.*JavaScript/s);
    expect(html).toMatch(/theme-color" media="\(prefers-color-scheme: dark\)"/);
  });

  it("is called as its bundle's folder where no name is given", async () => {
    expect((await bundles.deploy("five")).site.name).toBe("five");
    expect((await bundles.deploy("two")).site.name).toBe("two");
  });
});

describe("the service worker", () => {
  it("knows the page and every file by its digest", async () => {
    const { files, html, site } = await bundles.deploy("five");
    const script = textOf(files.get("sw.js"));
    const deployed = JSON.parse(script.match(/^self\.deployed = (.*);$/m)![1]!);
    const expected = Object.entries(site.files).map(([path, { integrity }]) => [path, integrity]);
    expect(deployed.files).toEqual({ ...Object.fromEntries(expected), "": sha256(html) });
    expect(site.offline).toBe(true);
  });

  it("has another revision when only the page's name changes", async () => {
    const revision = async (name: string) =>
      textOf((await bundles.deploy("two", { name })).files.get("sw.js")).split("\n")[0];
    expect(await revision("a")).not.toBe(await revision("b"));
  });

  it("gives way to none where the site is deployed without", async () => {
    const { files, site } = await bundles.deploy("two", { offline: false });
    expect(site.offline).toBe(false);
    expect(textOf(files.get("sw.js"))).toContain("registration.unregister()");
    expect(textOf(files.get("sw.js"))).not.toContain("self.deployed");
  });
});

describe("siteFiles refuses", () => {
  const nan = new NdArray(Float32Array.of(0, Number.NaN, 1, 2), [2, 2]);
  const mu = new NdArray(Float32Array.of(0, 3, 1, 2), [2, 2]);
  it.each([
    [{ title: "x" }, /there is no option "title"; there are name, description/],
    [{ name: " " }, /name must be a text that is not empty/],
    [{ name: 3 }, /name must be a text that is not empty, got 3/],
    [{ classes: [] }, /classes must be a list of the labels' names.*got an empty list/],
    [{ classes: "a,b" }, /classes must be a list/],
    [{ runtime: "cpu" }, /runtime must be one of auto, tiny, wasm, webgpu; got "cpu"/],
    [{ seed: -1 }, /seed must be an integer of at least 0, got -1/],
    [{ decoderOnly: 1 }, /decoderOnly must be true or false, got 1/],
    [{ offline: "no" }, /offline must be true or false, got "no"/],
    [{ signal: {} }, /signal must be an AbortSignal/],
    [{ onProgress: 1 }, /onProgress must be a function/],
    [{ examples: { mu, code: 1 } }, /no option "code" in examples/],
    [{ examples: { mu: nan } }, /examples.mu has NaN in row 0; only finite numbers/],
    [
      { examples: { mu: new NdArray(new Float32Array(6), [2, 3]) } },
      /examples.mu must be \[rows, 2\], got \[2,3\]/,
    ],
    [{ examples: { mu: new NdArray(new Float32Array(2), [1, 2]) } }, /at least 2 examples, got 1/],
    [{ examples: { mu, labels: [0] } }, /2 examples have 1 labels/],
    [{ examples: { mu, labels: [0, -1] } }, /row 1 has the label -1; labels must be integers from 0/],
    [
      { examples: { mu, labels: [0, 1e6] } },
      /row 1 has the label 1000000; a page shows labels from 0 to 9999/,
    ],
    [
      { examples: { mu, labels: [0, 2] }, classes: ["a", "b"] },
      /row 1 has the label 2; there are names of 2/,
    ],
    [{ examples: { mu }, classes: ["a"] }, /classes names labels, and there are none/],
    [
      { examples: { mu, columns: ["a", "b", "a"].map((name) => ({ name, values: [1, 2] })) } },
      /two columns are called a; give each a name of its own/,
    ],
    [{ examples: { mu, columns: [{ name: " ", values: [1, 2] }] } }, /a column must have a name, got " "/],
    [
      { examples: { mu, labels: [0, 1], columns: [{ name: "side", values: [1, 2] }] }, labelName: "side" },
      /a column and the labels are both called side/,
    ],
    [{ examples: { mu, columns: [{ name: "a", values: [1] }] } }, /column a has 1 values for 2 examples/],
    [
      { examples: { mu, columns: [{ name: "a", values: [1, Number.POSITIVE_INFINITY] }] } },
      /infinite values/,
    ],
    [
      { examples: { mu, pictures: new NdArray(new Uint8Array(8), [2, 2, 2, 1]) } },
      /examples.pictures must be/,
    ],
  ])("%o", async (options, message) => {
    const attempt = siteFiles(await bundles.source("two"), options as never);
    await expect(attempt).rejects.toThrow(message);
  });

  it("names and labels that are not those that the model is told", async () => {
    const source = await bundles.source("labels");
    const mu = new NdArray(
      Float32Array.from({ length: 8 }, (_, i) => Math.sin(i)),
      [2, 4],
    );
    await expect(siteFiles(source, { classes: ["one", "two"] })).rejects.toThrow(
      "siteFiles: 2 names of classes, and the model is told 6 labels; give one name for each",
    );
    await expect(siteFiles(source, { examples: { mu, labels: [0, 6] } })).rejects.toThrow(
      "siteFiles: row 1 has the label 6; this model is told labels from 0 to 5",
    );
  });

  it("what was stopped", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(siteFiles(await bundles.source("two"), { signal })).rejects.toThrow("enough");
  });
});
