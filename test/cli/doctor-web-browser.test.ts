import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { smallBundle } from "../infer/small-bundle.ts";
import {
  body,
  check,
  type Damage,
  everyHeader,
  type Files,
  gone,
  header,
  healthySite,
  isolated,
  notOk,
  page,
  policy,
  serve,
  wasmName,
} from "./deployment-site.ts";

// What the doctor calls a problem is what stops a browser, and nothing else is: Chromium is the judge.
const bundle = smallBundle();
const entry = join(import.meta.dirname, "../../packages/infer/src/web.ts");
let browser: Browser;
/** Scripts by name: app.js, and the chunks that it imports. ONNX Runtime's threads run the chunk that it is in. */
let scripts: Map<string, string>;

const source = `
  import { Vae } from ${JSON.stringify(entry)};
  const threads = Number(new URLSearchParams(location.search).get("threads") ?? 1);
  try {
    const vae = await Vae.load("models/digits", { threads });
    const { x_mean } = await vae.sample(1, { seed: 1 });
    document.title = "works " + x_mean.shape + " isolated " + crossOriginIsolated;
  } catch (error) {
    document.title = "fails " + error.message;
  }
`;

async function bundled(splitting: boolean): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    splitting,
    write: false,
    outdir: ".",
    entryNames: "app",
    external: ["node:*"],
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

beforeAll(async () => {
  scripts = await bundled(true);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});
afterAll(() => browser?.close());

function healthy(): Files {
  const files = healthySite(bundle.directory, scripts.get("app.js")!);
  const { headers } = files.get("/app.js")!;
  for (const [name, body] of scripts) files.set(`/${name}`, { body, headers: { ...headers } });
  return files;
}
const done = () => /^(works|fails)/.test(document.title);

/** The page's last word; a page that says nothing for so long waits forever. */
async function visit(address: string, patience = 8000): Promise<string> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const tab = await context.newPage();
  await tab.goto(address);
  await tab.waitForFunction(done, null, { timeout: patience }).catch(() => {});
  const title = await tab.title();
  return /^(works|fails)/.test(title) ? title : "waits";
}

/** A header of the scripts alone. */
function everyScript(name: string, value: string | null): Damage {
  return (files) => {
    for (const path of files.keys()) if (path.endsWith(".js")) header(path, name, value)(files);
  };
}

const works: [string, Damage, string][] = [
  ["nothing wrong", () => {}, "works 1,6,5,1 isolated true"],
  [".wasm of another type", header(`/${wasmName}`, "content-type", "application/octet-stream"), "works"],
  ["not isolated", everyHeader("cross-origin-opener-policy", null), "works 1,6,5,1 isolated false"],
  [
    "a policy with what is needed",
    policy("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"),
    "works",
  ],
];
const fails: [string, Damage, string, RegExp][] = [
  ["no .wasm", gone(`/${wasmName}`), "runtime", /^fails/],
  ["script as text", header("/app.js", "content-type", "text/plain"), "page", /^waits/],
  ["policy without wasm", policy("script-src 'self'"), "policy", /^fails/],
  [
    "policy without downloads",
    policy("script-src 'self' 'wasm-unsafe-eval'; connect-src https://example.org"),
    "policy",
    /^fails/,
  ],
  ["a graph is missing", gone("/models/digits/decoder.onnx"), "bundle", /^fails.*decoder\.onnx is missing/],
  [
    "a graph has another byte",
    body("/models/digits/encoder.onnx", (bytes) => bytes.fill(7, 60, 61)),
    "bundle",
    /^fails.*sha256/,
  ],
  [
    "workers' scripts without the embedder policy",
    everyScript("cross-origin-embedder-policy", null),
    "isolation",
    /^waits/,
  ],
];

describe("in Chromium, with two threads", () => {
  it.each(works)("works, and the doctor sees no problem: %s", async (_, damage, title) => {
    const files = healthy();
    damage(files);
    const address = await serve(files);
    expect(await visit(`${address}?threads=2`, 30_000)).toContain(title);
    expect((await check(address)).counts.problem).toBe(0);
  });

  it.each(fails)("does not work, and the doctor says so: %s", async (_, damage, name, title) => {
    const files = healthy();
    damage(files);
    const address = await serve(files);
    expect(await visit(`${address}?threads=2`, title.source.includes("waits") ? 8000 : 30_000)).toMatch(
      title,
    );
    const problems = notOk(await check(address, ["models/digits"])).filter(
      ({ level }) => level === "problem",
    );
    expect(problems).toMatchObject([{ check: name }]);
  });

  it("works with one thread where all is one script; the doctor warns of more", async () => {
    const files = healthySite(bundle.directory, (await bundled(false)).get("app.js")!);
    const address = await serve(files);
    expect(await visit(address, 30_000)).toMatch(/^works/);
    const found = notOk(await check(address));
    expect(found).toMatchObject([{ check: "isolation", level: "warning" }]);
    expect(found[0]!.what).toMatch(/each thread runs all of it/);
  });

  it("is isolated by the service worker of docs/deployment.md, which the doctor sees", async () => {
    const files = healthy();
    for (const name of Object.keys(isolated)) everyHeader(name, null)(files);
    files.set("/isolation-worker.js", {
      body: readFileSync(join(import.meta.dirname, "isolation-worker.js")),
      headers: { "content-type": "text/javascript" },
    });
    const documented = readFileSync(join(import.meta.dirname, "../../docs/deployment.md"), "utf8");
    const [registration] = documented.match(/<script>\n[\s\S]*?<\/script>/)!;
    files.get("/")!.body = page.replace("<script", `${registration}<script`);
    const address = await serve(files);
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const tab = await context.newPage();
    await tab.goto(`${address}?threads=2`);
    await tab.waitForFunction(() => document.title.endsWith("isolated true"), null, { timeout: 30_000 });
    const report = await check(address);
    expect(report.findings.filter((finding) => finding.check === "isolation")).toMatchObject([
      { level: "ok" },
    ]);
  });
});
