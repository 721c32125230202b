import { describe, expect, it } from "vitest";
import { fileName } from "../../packages/explorer/src/page/core/file-name.ts";
import { listed, shortest } from "../../packages/explorer/src/page/stage/numbers.ts";
import { codeJson, labelOf, snippets } from "../../packages/explorer/src/page/stage/snippet.ts";

type CodeToDecode = Parameters<typeof snippets>[0];
type Site = CodeToDecode["site"];

const site = {
  name: "Digits & more",
  revision: "sha256-abc",
  model: { path: "model", runtime: "tiny", wasm: null },
  files: { "vae-decoder.js": { bytes: 1, integrity: "" } },
} as unknown as Site;

const given = (part: Partial<CodeToDecode> = {}): CodeToDecode => ({
  site,
  z: Float32Array.of(0.1, -2.5),
  condition: null,
  told: null,
  shape: [28, 28, 1],
  folder: "https://example.org/digits/",
  ...part,
});

describe("numbers in snippets", () => {
  it("give any float32 back bit for bit", () => {
    const words = Uint32Array.from({ length: 20_000 }, (_, i) => Math.imul(i + 1, 0x9e3779b1));
    const values = new Float32Array(words.buffer).filter(Number.isFinite);
    expect(values.length).toBeGreaterThan(19_000);
    for (const value of values) expect(Math.fround(Number(shortest(value)))).toBe(value);
  });

  it("are as short as they can be, minus zero included", () => {
    const values = [0.1, -0, 0, 1 / 3, 16_777_216, 1e-20, -1.25].map(Math.fround);
    expect(values.map(shortest)).toEqual(["0.1", "-0", "0", "0.33333334", "16777216", "1e-20", "-1.25"]);
    expect(listed(Float32Array.of(0.1, 0.2), ",")).toBe("0.1,0.2");
  });
});

describe("snippets", () => {
  it("load the model from the site's own address", () => {
    const found = snippets(given());
    expect([...found.keys()]).toEqual(["node", "page", "element"]);
    expect(found.get("node")!.code).toContain(
      'Vae.load("https://example.org/digits/model/", { graphs: ["decoder"] })',
    );
    expect(found.get("page")!.code).toContain('Vae.load("https://example.org/digits/model/")');
    expect(found.get("element")!.code).toBe(
      '<script type="module" src="https://example.org/digits/vae-decoder.js"></script>\n' +
        '<vae-decoder src="https://example.org/digits/model/" z="0.1,-2.5"></vae-decoder>\n',
    );
  });

  it("tell the model a label as a label, and a mixture of labels or columns as numbers", () => {
    const label = Float32Array.of(0, 0, 1);
    const mixture = Float32Array.of(0.5, 0, 0.5);
    expect(labelOf(label, "labels")).toBe(2);
    expect(labelOf(mixture, "labels")).toBe(null);
    expect(labelOf(label, "columns")).toBe(null);
    const codeOf = (condition: Float32Array, told: CodeToDecode["told"]) =>
      [...snippets(given({ condition, told })).values()].map(({ code }) => code);
    const [node, page, element] = codeOf(label, "labels");
    expect(node).toContain("vae.decode(z, { c: [2] })");
    expect(page).toContain("vae.decode(z, { c: [2] })");
    expect(element).toContain(' label="2">');
    const [mixed, , inElement] = codeOf(mixture, "labels");
    expect(mixed).toContain("{ c: new Float32Array([0.5, 0, 0.5]) }");
    expect(inElement).toContain(' c="0.5,0,0.5">');
    expect(codeOf(label, "columns")[0]).toContain("{ c: new Float32Array([0, 0, 1]) }");
  });

  it("of a page without an address say what to fill in, and offer no element", () => {
    const found = snippets(given({ folder: null }));
    expect([...found.keys()]).toEqual(["node", "page"]);
    expect(found.get("node")!.code).toContain('Vae.load("path/to/bundle"');
    expect(found.get("node")!.before).toContain(
      "put the folder of your bundle in the place of path/to/bundle",
    );
  });

  it("offer no element where the site has none", () => {
    expect(snippets(given({ site: { ...site, files: {} } })).has("element")).toBe(false);
  });

  it("take the entry point and the .wasm file that the site runs by", () => {
    const code = (runtime: "wasm" | "webgpu") =>
      snippets(given({ site: { ...site, model: { ...site.model, runtime, wasm: "ort/ort.wasm" } } })).get(
        "page",
      )!.code;
    expect(code("wasm")).toContain('from "@vaekit/infer/web";');
    expect(code("webgpu")).toContain('from "@vaekit/infer/web/webgpu";');
    expect(code("wasm")).toContain('wasmPaths: { wasm: "https://example.org/digits/ort/ort.wasm" }');
  });

  it("leave the opacity out where a file cannot hold it", () => {
    const { code } = snippets(given({ shape: [8, 8, 4] })).get("node")!;
    expect(code).toContain("i % 4 < 3");
    expect(code).toContain("[1, 8, 8, 3]");
  });

  it("wrap long codes at eight numbers", () => {
    const z = Float32Array.from({ length: 20 }, (_, i) => i);
    const { code } = snippets(given({ z })).get("node")!;
    expect(code).toContain("\n  8, 9, 10, 11, 12, 13, 14, 15,\n  16, 17, 18, 19,\n]);");
  });
});

describe("files", () => {
  it("JSON holds the code, what the model was told, and which model", () => {
    const z = Float32Array.of(0.1, 1 / 3);
    expect(JSON.parse(codeJson(given({ z, condition: Float32Array.of(0, 1), told: "labels" })))).toEqual({
      z: [0.1, 0.33333334],
      condition: [0, 1],
      model: "Digits & more",
      revision: "sha256-abc",
      shape: [28, 28, 1],
    });
    expect(JSON.parse(codeJson(given())).condition).toBe(null);
  });

  it("are named after the model, without what some system does not take", () => {
    expect(fileName("Digits & more/less?")).toBe("digits-more-less");
    expect(fileName("***")).toBe("vae");
    expect(fileName("***", "grid")).toBe("vae-grid");
    expect(fileName("Gesichter (ä)", "morph", 3, "stops", "Along the data")).toBe(
      "gesichter-ä-morph-3-stops-along-the-data",
    );
  });

  it("keep the letters of every script, and end before a name is too long", () => {
    expect(fileName("手書き数字", "28x28")).toBe("手書き数字-28x28");
    expect(fileName("हिन्दी अंक")).toBe("हिन्दी-अंक");
    // Two code units each, of which none is cut in two.
    expect(fileName("𝒳".repeat(80), "grid")).toBe(`${"𝒳".repeat(60)}-grid`);
  });
});
