import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { smallBundle } from "../infer/small-bundle.ts";
import { temporaryDirectory } from "../support/data.ts";
import {
  body,
  check,
  type Damage,
  everyHeader,
  gone,
  header,
  healthySite,
  isolated,
  notOk,
  page,
  policy,
  runtimeFolder,
  serve,
  stopServers,
  wasmName,
} from "./deployment-site.ts";
import { vaekitHere } from "./in-process.ts";

const bundle = smallBundle();
// The real thing: what a bundler makes of it is this script with other names around it.
const app = `${readFileSync(join(runtimeFolder, "ort.wasm.bundle.min.mjs"))}\nVae.load("models/digits");`;
const wasm = readFileSync(join(runtimeFolder, wasmName));
const healthy = () => healthySite(bundle.directory, app);

describe("a deployment without faults", () => {
  it("has nothing said against it, and every check says what it saw", async () => {
    const report = await check(await serve(healthy()));
    expect(notOk(report)).toEqual([]);
    expect(report).toMatchObject({ healthy: true, kind: "url" });
    const said = report.findings.map(({ check, what }) => `${check}: ${what}`).join("\n");
    expect(said).toMatch(/page: a page with 1 script, all there/);
    expect(said).toMatch(/runtime: onnxruntime-web 1\.\d+\.\d+, as the script that asks for it/);
    expect(said).toMatch(/runtime: travels compressed \(gzip\)/);
    expect(said).toMatch(/bundle: \d+ files as the manifest has them/);
    expect(said).toMatch(/isolation: cross-origin isolated/);
    expect(said).toMatch(/fallback: a file that is not there is answered with 404/);
  });

  it("may be a bundle alone, by its folder or its manifest", async () => {
    const origin = await serve(healthy());
    for (const address of ["models/digits", "models/digits/", "models/digits/vaekit.json"]) {
      const report = await check(origin + address);
      expect(notOk(report), address).toEqual([]);
      expect(report.findings.filter((finding) => finding.check === "bundle")).toHaveLength(1);
    }
  });
});

/** What is wrong; the check and the level that must tell; what it must say. */
const faults: [string, Damage, string, "warning" | "problem", RegExp][] = [
  ["no script", gone("/app.js"), "page", "problem", /answered 404/],
  ["script as text", header("/app.js", "content-type", "text/plain"), "page", "problem", /refuse modules/],
  [
    "no .wasm",
    gone(`/${wasmName}`),
    "runtime",
    "problem",
    /not where .*app\.js looks for it[\s\S]*answered 404/,
  ],
  [
    "a page in the place of the .wasm",
    (files) => files.set(`/${wasmName}`, files.get("/")!),
    "runtime",
    "problem",
    /answered with a web page/,
  ],
  [
    ".wasm of another type",
    header(`/${wasmName}`, "content-type", "application/octet-stream"),
    "runtime",
    "warning",
    /cannot compile it while it arrives/,
  ],
  [
    ".wasm uncompressed",
    (files) => {
      header(`/${wasmName}`, "content-encoding", null)(files);
      files.get(`/${wasmName}`)!.body = wasm;
    },
    "runtime",
    "warning",
    /travels uncompressed: 14\.\d MB/,
  ],
  [
    ".wasm never kept",
    header(`/${wasmName}`, "cache-control", "no-store"),
    "runtime",
    "warning",
    /every visit downloads it again/,
  ],
  [".wasm with no validator", header(`/${wasmName}`, "etag", null), "runtime", "warning", /still good/],
  [
    "script and .wasm of two versions",
    body("/app.js", (bytes) => bytes.toString().replaceAll(/"1\.\d+\.\d+"/g, '"1.17.3"')),
    "runtime",
    "problem",
    /is of another version \(1\.17\.3\)/,
  ],
  [
    "wasmPaths names a folder without the .mjs",
    body("/app.js", (bytes) => `${bytes}\nVae.load("models/digits", { wasmPaths: "/" });`),
    "runtime",
    "problem",
    /the \.mjs of onnxruntime-web is not where/,
  ],
  [
    "a graph is missing",
    gone("/models/digits/decoder.onnx"),
    "bundle",
    "problem",
    /decoder\.onnx is missing/,
  ],
  [
    "a graph is cut",
    body("/models/digits/encoder.onnx", (bytes) => bytes.subarray(0, 100)),
    "bundle",
    "problem",
    /bytes expected, got 100/,
  ],
  [
    "a graph has another byte",
    body("/models/digits/encoder.onnx", (bytes) => bytes.fill(7, 60, 61)),
    "bundle",
    "problem",
    /sha256 is not the manifest's/,
  ],
  [
    "no opener policy",
    everyHeader("cross-origin-opener-policy", null),
    "isolation",
    "warning",
    /one thread.*Opener-Policy is not sent/,
  ],
  [
    "no embedder policy on scripts",
    header("/app.js", "cross-origin-embedder-policy", null),
    "isolation",
    "problem",
    /without Cross-Origin-Embedder-Policy/,
  ],
  ["CSP without wasm", policy("script-src 'self'"), "policy", "problem", /no 'wasm-unsafe-eval'/],
  [
    "CSP without wasm, in the page",
    body("/", (bytes) => `<meta http-equiv="Content-Security-Policy" content="default-src 'self'">${bytes}`),
    "policy",
    "problem",
    /no 'wasm-unsafe-eval'/,
  ],
  [
    "CSP without workers",
    policy("script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'"),
    "policy",
    "warning",
    /forbids workers/,
  ],
  [
    "CSP without downloads",
    policy("script-src 'self' 'wasm-unsafe-eval'; connect-src https://example.org"),
    "policy",
    "problem",
    /forbids downloads from 'self'/,
  ],
];

describe("a deployment with one fault", () => {
  it.each(faults)("%s", async (_, damage, name, level, what) => {
    const files = healthy();
    damage(files);
    const report = await check(await serve(files), ["models/digits"]);
    const found = notOk(report);
    expect(found.filter((finding) => finding.check === name && what.test(finding.what))).toMatchObject([
      { level },
    ]);
    expect(found.every(({ todo }) => todo && todo.length > 10)).toBe(true);
    expect(report.healthy).toBe(level === "warning");
  });

  it("answers everything with the page: told of, and the .wasm is not taken for there", async () => {
    const files = healthy();
    const fallback = files.get("/")!;
    gone(`/${wasmName}`)(files);
    const found = notOk(await check(await serve(files, fallback)));
    expect(found.map(({ check, level }) => `${check} ${level}`)).toEqual([
      "runtime problem",
      "fallback warning",
    ]);
  });

  it("plain http on another computer is no secure context", async () => {
    const origin = await serve(healthy());
    const report = await check(origin.replace("127.0.0.1", "0.0.0.0"));
    expect(notOk(report)).toMatchObject([{ check: "page", level: "warning", todo: "Serve it over https." }]);
  });

  it("the bundle is on another server: it must allow the page to read it", async () => {
    const elsewhere = healthy();
    const other = await serve(elsewhere);
    const origin = await serve(healthy());
    const closed = await check(origin, [`${other}models/digits`]);
    expect(notOk(closed)).toMatchObject([{ check: "bundle", level: "problem" }]);
    expect(notOk(closed)[0]!.what).toContain(`does not let ${new URL(origin).origin} read vaekit.json`);
    everyHeader("access-control-allow-origin", "*")(elsewhere);
    expect(notOk(await check(origin, [`${other}models/digits`]))).toEqual([]);
  });

  it("the .wasm is on another server: the same", async () => {
    const elsewhere = healthy();
    const other = await serve(elsewhere);
    const files = healthy();
    gone(`/${wasmName}`)(files);
    body("/app.js", (bytes) => `${bytes}\nload({ wasmPaths: { wasm: "${other}${wasmName}" } });`)(files);
    const origin = await serve(files);
    expect(notOk(await check(origin))).toMatchObject([{ check: "runtime", level: "problem" }]);
    everyHeader("access-control-allow-origin", new URL(origin).origin)(elsewhere);
    expect(notOk(await check(origin))).toEqual([]);
  });

  it("no server there: that alone is said", async () => {
    const origin = await serve(healthy());
    stopServers();
    for (const bundles of [[], ["models/digits"]]) {
      const { findings } = await check(origin, bundles);
      expect(findings).toMatchObject([{ check: "page", level: "problem" }]);
      expect(findings[0]!.what).toMatch(/cannot be reached/);
    }
  });

  it("a page without a bundle says how to name one", async () => {
    const files = healthy();
    body("/app.js", (bytes) => bytes.toString().replace("models/digits", "models/other"))(files);
    const found = notOk(await check(await serve(files)));
    expect(found).toMatchObject([{ check: "bundle", level: "warning", what: "no bundle found" }]);
  });
});

describe("a folder", () => {
  /** The same deployment on disk. */
  function folder(
    headers = "/*\n  Cross-Origin-Opener-Policy: same-origin\n  Cross-Origin-Embedder-Policy: require-corp\n",
  ): string {
    const place = join(temporaryDirectory(), "dist");
    mkdirSync(place);
    writeFileSync(join(place, "index.html"), page);
    writeFileSync(join(place, "app.js"), app);
    writeFileSync(join(place, wasmName), wasm);
    if (headers) writeFileSync(join(place, "_headers"), headers);
    cpSync(bundle.directory, join(place, "models/digits"), { recursive: true });
    return place;
  }

  it("is read as its host will serve it", async () => {
    const report = await check(folder());
    expect(notOk(report)).toEqual([]);
    expect(report.kind).toBe("folder");
    expect(report.findings.map((finding) => finding.check)).toContain("caps");
  });

  it.each([
    [
      "netlify.toml",
      '[[headers]]\n  for = "/*"\n  [headers.values]\n    Cross-Origin-Opener-Policy = "same-origin"\n    Cross-Origin-Embedder-Policy = "require-corp"\n',
    ],
    [
      "vercel.json",
      JSON.stringify({
        headers: [
          {
            source: "/(.*)",
            headers: Object.entries(isolated).map(([key, value]) => ({ key, value })),
          },
        ],
      }),
    ],
  ])("takes its headers from %s too, and says what is missing without", async (name, text) => {
    const place = folder("");
    expect(notOk(await check(place))).toMatchObject([{ check: "isolation", level: "warning" }]);
    writeFileSync(join(place, "..", name), text);
    expect(notOk(await check(place))).toEqual([]);
  });

  it("names files that a host refuses", async () => {
    const place = folder();
    writeFileSync(join(place, "large.onnx"), "");
    truncateSync(join(place, "large.onnx"), 26 * 2 ** 20);
    expect(notOk(await check(place))).toMatchObject([
      { check: "caps", level: "warning", subject: "large.onnx" },
    ]);
    expect(notOk(await check(place))[0]!.what).toMatch(/27\.3 MB.*Cloudflare Pages \(25 MiB\)$/);
  });

  it("finds a bundle that is damaged", async () => {
    const place = folder();
    rmSync(join(place, "models/digits/decoder.onnx"));
    expect(notOk(await check(place))).toMatchObject([{ check: "bundle", level: "problem" }]);
  });

  it("cannot tell what lies on another server", async () => {
    const place = folder();
    rmSync(join(place, wasmName));
    writeFileSync(
      join(place, "app.js"),
      `${app}\nload({ wasmPaths: { wasm: "https://example.org/${wasmName}" } });`,
    );
    const found = notOk(await check(place));
    expect(found).toMatchObject([{ check: "runtime", level: "warning" }]);
    expect(found[0]!.what).toContain("example.org is another server");
  });
});

describe("vaekit doctor --web", () => {
  it("exits with 0 and prints one JSON object where nothing is wrong", async () => {
    const { code, stdout } = await vaekitHere(["doctor", "--web", await serve(healthy()), "--json"], ".");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ healthy: true, counts: { problem: 0, warning: 0 } });
  });

  it("exits with 5 for a bundle, with 3 for anything else, and says what to do", async () => {
    const files = healthy();
    gone("/models/digits/decoder.onnx")(files);
    const damaged = await vaekitHere(["doctor", "--web", await serve(files)], ".");
    expect(damaged.code).toBe(5);
    expect(damaged.stdout).toMatch(
      /^problem {2}bundle: .*decoder\.onnx: .*is missing.*\n {9}Deploy the bundle again/m,
    );
    expect(damaged.stdout).toMatch(/\n1 problem, 0 warnings\n$/);
    const nothing = await vaekitHere(["doctor", "--web", `${await serve(new Map())}page`], ".");
    expect(nothing.code).toBe(3);
  });

  it.each([
    [["--web", "no/such/folder"], 3, /there is no such folder/],
    [["--web", "ftp://example.org"], 2, /give an address with http/],
    [["--web", "https://name:word@example.org"], 2, /leave name and password out/],
    [["--bundle", "models/digits"], 2, /--bundle belongs to --web/],
  ] as const)("refuses %j", async (args, code, message) => {
    expect(existsSync("no/such/folder")).toBe(false);
    const ran = await vaekitHere(["doctor", ...args], ".");
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(message);
  });
});
