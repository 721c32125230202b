import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { conditionOn, mlp, openData, Vae } from "@vaekit/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSite, siteIn } from "../explorer/site-support.ts";
import { bars } from "../support/data.ts";
import { idxBytes } from "../train/idx-files.ts";
import { vaekitHere } from "./in-process.ts";

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const vaekit = (...args: string[]) => vaekitHere(args, folder);
const deploy = (out: string, ...args: string[]) => vaekit("deploy", "bundle", "--out", out, ...args);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-deploy-"));
  const data = bars(60);
  const { shape } = data;
  writeFileSync(at("bars.idx"), idxBytes([60, 6, 5], data.values));
  writeFileSync(at("square.idx"), idxBytes([20, 5, 5], new Uint8Array(500)));
  mkdirSync(at("foreign"));
  writeFileSync(at("foreign", "thesis.txt"), "kept");
  const write = async (name: string, vae: Vae) => {
    await exportBundle(vae, at(name));
    vae.dispose();
  };
  await write("bundle", new Vae(mlp({ shape, latent: 2, hidden: [8] }), data, 11));
  const digits = await openData("mnist", { limit: 40 });
  const condition = conditionOn(digits, "labels");
  await write("digits", new Vae(mlp({ shape: digits.shape, latent: 2, hidden: [8], condition }), digits));
  for (const graphs of ["encoder", "decoder"])
    expect(await vaekit("pack", "bundle", "--graphs", graphs, "--out", `${graphs}.zip`)).toMatchObject({
      code: 0,
    });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The site in a folder, as its files. */
function site(name: string) {
  const paths = readdirSync(at(name), { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  return readSite(
    new Map(
      paths.map((file) => {
        const path = join(file.parentPath, file.name);
        return [path.slice(at(name).length + 1), new Uint8Array(readFileSync(path))];
      }),
    ),
  );
}

describe("deploy", () => {
  it("writes a site and says where, how large, what runs it and how to see it", async () => {
    const { code, stdout } = await deploy("site", "--name", "Bars", "--description", "Some bars.");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^site: \d+ files, [\d.]+ kB, [\d.]+ kB compressed$/m);
    expect(stdout).toMatch(/runs in the page's own small runtime/);
    expect(stdout).toMatch(/the map has 1,000 draws from the prior: give --data/);
    expect(stdout).toMatch(/npx vaekit preview site$/m);
    expect(site("site").site).toMatchObject({ name: "Bars", description: "Some bars.", offline: true });
  });

  it("prints what it wrote as JSON", async () => {
    const { stdout } = await deploy("json", "--json", "--no-offline", "--decoder-only");
    const printed = JSON.parse(stdout);
    const { files, site: manifest } = site("json");
    expect(printed).toMatchObject({
      out: "json",
      to: "site",
      runtime: "tiny",
      reason: "",
      encoder: false,
      of: "prior",
    });
    expect(printed.files).toHaveLength(files.size);
    expect(printed.bytes).toBe([...files.values()].reduce((sum, { length }) => sum + length, 0));
    expect(printed.gzipped).toBeLessThan(printed.bytes);
    expect(manifest).toMatchObject({ name: "bundle", offline: false });
  });

  it("shows examples of data, encoded, with their pictures", async () => {
    expect(await deploy("data", "--data", "bars.idx", "--rows", "50", "--seed", "3")).toMatchObject({
      code: 0,
    });
    const { reference } = site("data").site;
    expect(reference).toMatchObject({ rows: 50, of: "examples", thumbnails: { of: "data" } });
    expect(reference.usual.error).toHaveLength(101);
    expect(reference.dimensions[0]!.kl).toBeGreaterThan(0);
  });

  it("tells a conditional model the data's labels, and names them", async () => {
    const names = "zero,one,two,three,four,five,six,seven,eight,nine";
    const options = ["--data", "mnist", "--rows", "30", "--class-names", names, "--label-name", "digit"];
    expect(await vaekit("deploy", "digits", "--out", "labelled", ...options)).toMatchObject({ code: 0 });
    const { site: manifest, tensors } = site("labelled");
    expect(manifest).toMatchObject({ labelName: "digit", classes: names.split(",") });
    expect(manifest.reference.colourings[0]).toMatchObject({ name: "digit", tensor: "labels" });
    expect(tensors.labels!.data).toHaveLength(30);
  });

  it("says the next command as a shell takes it", async () => {
    const { stdout } = await deploy("my site", "--json");
    expect(JSON.parse(stdout).next).toBe("vaekit preview 'my site'");
    const made = await deploy("a package", "--to", "npm-package", "--name", "bars", "--json");
    expect(JSON.parse(made.stdout).next).toMatch(/^npm install --install-links '\/.*a package'$/);
  });

  it("writes one file that asks for nothing", async () => {
    const { code, stdout } = await deploy("page.html", "--single-file");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^page\.html: one file/m);
    const html = readFileSync(at("page.html"), "utf8");
    expect(html).toContain("connect-src 'none'");
    expect(html).not.toMatch(/<(script|link)[^>]* (src|href)="(?!data:)/);
    for (const path of Object.keys(siteIn(html).files)) expect(html).toContain(`id="file:${path}"`);
    const { runtime, rows, of } = JSON.parse((await deploy("told.html", "--single-file", "--json")).stdout);
    expect({ runtime, rows, of }).toEqual({ runtime: "tiny", rows: 1000, of: "prior" });
    expect(await deploy("page.html", "--single-file")).toMatchObject({ code: 2, stderr: /exists already/ });
    expect(await deploy("page.html", "--single-file", "--force")).toMatchObject({ code: 0 });
  });

  it("replaces its own site when asked to, and nothing else", async () => {
    expect(await deploy("again")).toMatchObject({ code: 0 });
    expect((await deploy("again")).stderr).toMatch(/again exists already\. Use --force/);
    expect(await deploy("again", "--force", "--runtime", "wasm")).toMatchObject({ code: 0 });
    const { wasm } = site("again").site.model;
    expect(existsSync(at("again", wasm!))).toBe(true);
    expect(await deploy("again", "--force")).toMatchObject({ code: 0 });
    expect(existsSync(at("again", wasm!))).toBe(false);
    const foreign = await deploy("foreign", "--force");
    expect(foreign).toMatchObject({ code: 2 });
    expect(foreign.stderr).toMatch(/foreign holds thesis\.txt, which is no part of a site/);
    expect(readdirSync(at("foreign"))).toEqual(["thesis.txt"]);
  });

  it("writes a package and an element for others' pages", async () => {
    expect(await deploy("package", "--to", "npm-package", "--name", "bars-vae")).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(at("package/package.json"), "utf8")).name).toBe("bars-vae");
    expect((await deploy("package", "--to", "npm-package", "--force", "--name", "bars-vae")).code).toBe(0);
    const { code, stdout } = await deploy("snippet", "--to", "html-snippet", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ to: "html-snippet", next: "vaekit preview snippet" });
    expect(existsSync(at("snippet/vae-decoder.js"))).toBe(true);
    expect((await deploy("snippet", "--to", "html-snippet", "--force")).code).toBe(0);
  });

  it.each([
    [["deploy", "nowhere", "--out", "x"], 5, /nowhere/],
    [["deploy", "bundle"], 2, /--out/],
    [["deploy", "encoder.zip", "--out", "x"], 5, /has no decoder, which is what a site runs/],
    [
      ["deploy", "decoder.zip", "--out", "x", "--data", "bars.idx"],
      5,
      /has no encoder, which makes codes of --data/,
    ],
    [
      ["deploy", "bundle", "--out", "x", "--data", "square.idx"],
      3,
      /square\.idx has examples of \[5,5,1\], bundle takes \[6,5,1\]/,
    ],
    [["deploy", "bundle", "--out", "x", "--data", "none.idx"], 3, /none\.idx/],
    [["deploy", "bundle", "--out", "x", "--rows", "10"], 2, /--rows says how many of --data/],
    [
      ["deploy", "bundle", "--out", "x", "--data", "bars.idx", "--rows", "1"],
      2,
      /--rows takes an integer of at least 2, or "all"; got "1"/,
    ],
    [
      ["deploy", "bundle", "--out", "x", "--to", "app"],
      2,
      /--to takes site, npm-package, html-snippet; got "app"/,
    ],
    [
      ["deploy", "bundle", "--out", "x.html", "--to", "npm-package", "--single-file"],
      2,
      /--single-file does not go with --to npm-package/,
    ],
    [
      ["deploy", "bundle", "--out", "x", "--to", "html-snippet", "--data", "bars.idx"],
      2,
      /--data does not go with --to html-snippet/,
    ],
    [["deploy", "bundle", "--out", "x", "--single-file"], 2, /must end in|ending must be one of/],
    [
      ["deploy", "bundle", "--out", "x", "--runtime", "cpu"],
      2,
      /--runtime takes auto, tiny, wasm, webgpu; got "cpu"/,
    ],
    [["deploy", "bundle", "--out", "x", "--class-names", "a,,b"], 2, /--class-names takes names with commas/],
    [
      ["deploy", "digits", "--out", "x", "--class-names", "zero,one"],
      2,
      /2 names of classes, and the model is told 10 labels; give one name for each/,
    ],
    [
      ["deploy", "bundle", "--out", "x", "--class-names", "a,b"],
      2,
      /classes names labels, and there are none/,
    ],
    [["deploy", "bundle", "--out", "x", "--name", " "], 2, /name must be a text that is not empty/],
    [["deploy", "bundle", "--out", "x", "--seed", "-1"], 2, /--seed takes an integer from 0/],
    [
      ["deploy", "bundle", "--out", "x.html", "--single-file", "--runtime", "wasm"],
      2,
      /--single-file has no room for onnxruntime/,
    ],
    [["deploy", "bundle", "--out", "x.html"], 2, /names a file, and a folder is written. Add --single-file/],
    [["deploy", "bundle", "--out", "foreign"], 2, /foreign exists already/],
  ])("%j is answered with what to do", async (args, code, message) => {
    const { code: got, stderr } = await vaekit(...args);
    expect({ got, stderr }).toMatchObject({ got: code });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(at("x"))).toBe(false);
  });
});

describe("the doctor", () => {
  it.each([["tiny"], ["wasm"]])("finds a deployed site healthy: %s", async (runtime) => {
    expect(await deploy(`healthy-${runtime}`, "--runtime", runtime)).toMatchObject({ code: 0 });
    const { stdout } = await vaekit("doctor", "--web", `healthy-${runtime}`, "--json");
    const report = JSON.parse(stdout);
    const findings = report.findings as { level: string; what: string }[];
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
    expect(report).toMatchObject({ healthy: true });
    const said = findings.map(({ what }) => what).join("\n");
    expect(said).toMatch(/a page with \d+ scripts, all there/);
    expect(said).toMatch(/the Content-Security-Policy allows all that is needed/);
    expect(said).toMatch(/\d files as the manifest has them/);
    expect(said).toMatch(runtime === "tiny" ? /needs no isolation/ : /cross-origin isolated \(same-origin/);
  });
});
