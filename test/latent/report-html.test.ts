import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { centred } from "../../packages/latent/src/map/centred.ts";
import { escapeHtml, scriptJson, svgAddress, svgSize } from "../../packages/latent/src/report/html/escape.ts";
import {
  packClasses,
  packEmbedding,
  packIndex,
  packValues,
} from "../../packages/latent/src/report/html/pack.ts";
import {
  unpackEmbedding,
  unpackFloats,
  unpackIntegers,
} from "../../packages/latent/src/report/page/unpack.ts";
import { renderHtml } from "../../packages/latent/src/report/render-html.ts";
import { figure, knownReport } from "../browser/support/report-page.ts";

const { data } = knownReport(5, 4);

describe("renderHtml", () => {
  it("is one file that its own policy lets run and that asks for nothing", async () => {
    const html = await renderHtml(data);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)![1]!;
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src ${hash(script)};`);
    expect(policy).toContain(`style-src ${hash(style)}`);
    expect(policy).not.toContain("unsafe");
    const outside = html
      .replace(script, "")
      .match(/\b(src|href|srcset|action|data|poster)=["'](?!data:|#)[^"']*/g);
    expect(outside).toBeNull();
    expect(html.replace(script, "")).not.toMatch(/@import|url\((?!data:)|\sstyle=|\son[a-z]+=/);
    expect(html.match(/<script>/g)).toHaveLength(1);
  });

  it("keeps the licences of what it holds", async () => {
    const html = await renderHtml(data);
    expect(html).toMatch(/twgl\.js \(c\) [-0-9]+ Gregg Tavares, under the MIT licence/);
  });

  it("opens in the theme that is asked for", async () => {
    expect(await renderHtml(data)).toContain('<html lang="en">');
    expect(await renderHtml(data, { theme: "dark" })).toContain('<html lang="en" data-theme="dark">');
    expect(await renderHtml({ ...data, theme: "light" })).toContain('data-theme="light"');
    expect(await renderHtml({ ...data, theme: "light" }, { theme: "auto" })).toContain('<html lang="en">');
  });

  it("refuses what it does not know", async () => {
    const call = (options: object) => renderHtml(data, options);
    await expect(call({ theme: "blue" })).rejects.toThrow(
      'theme must be one of auto, light, dark; got "blue"',
    );
    await expect(call({ colour: "blue" })).rejects.toThrow('there is no option "colour"');
  });

  it("makes do without a map, sections and facts", async () => {
    const html = await renderHtml({ name: "", facts: [], sections: [], map: null });
    expect(html).not.toContain('id="map-data"');
    expect(html).not.toContain('id="map-place"');
  });

  it("sets columns of numbers to the right, also those that are text", async () => {
    const rows = [
      ["k-means", 2, "0.0 %", "-0.014", "1.5"],
      ["2", 10, "74 %", "1,000.5", "none"],
    ];
    const table = { caption: "Scores & more", columns: ["a", "b", "c", "d", "e"], rows };
    const section = { id: "clusters", title: "Clusters", sentences: [], figures: [], tables: [table] };
    const html = await renderHtml({ name: "", facts: [], sections: [section], map: null });
    expect(html.match(/<th .*<\/th>/)![0]).toBe(
      '<th scope="col">a</th><th scope="col" class="number">b</th><th scope="col" class="number">c</th>' +
        '<th scope="col" class="number">d</th><th scope="col">e</th>',
    );
    expect(html).toContain('<td>2</td><td class="number">10</td><td class="number">74 %</td>');
    expect(html).toContain('<p class="caption" id="t-clusters-0">Scores &amp; more</p>');
    expect(html).toContain('<table aria-labelledby="t-clusters-0">');
  });

  it("says the same for the same data", async () => {
    expect(await renderHtml(data)).toBe(await renderHtml(structuredClone(data)));
  });
});

describe("text in HTML", () => {
  it("stays text", () => {
    expect(escapeHtml(`<b title="x">'&`)).toBe("&lt;b title=&quot;x&quot;&gt;&#39;&amp;");
    expect(scriptJson({ name: "</script><!--" })).not.toContain("<");
    expect(JSON.parse(scriptJson({ name: "</script><!--" }))).toEqual({ name: "</script><!--" });
  });

  it("carries SVG in an address and back", () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><text fill="#abc">100 % &amp; µ, 'σ²' 😀</text></svg>`;
    const address = svgAddress(svg);
    expect(address).toMatch(/^data:image\/svg\+xml,[^"<>&\s#]*( [^"<>&\s#]*)*$/);
    expect(decodeURIComponent(address.slice(address.indexOf(",") + 1))).toBe(svg);
    expect(() => svgAddress("<svg>\ud800</svg>")).not.toThrow();
  });

  it.each([
    ['<svg width="560" height="300.4">', { width: 560, height: 300 }],
    ['<?xml version="1.0"?><svg height="30px" width="20px" viewBox="0 0 1 1">', { width: 20, height: 30 }],
    ['<svg viewBox="0 0 640 480">', { width: 640, height: 480 }],
    ['<svg width="100%" height="100%" viewBox="0,0,64,48">', { width: 64, height: 48 }],
    ["<svg>", null],
    [figure(10, 20, "x").light, { width: 10, height: 20 }],
  ])("reads the size of %s", (svg, size) => {
    expect(svgSize(svg)).toEqual(size);
  });
});

describe("packing", () => {
  it("brings an embedding there within a 65,535th of each axis", () => {
    const points = Float32Array.from(
      { length: 300 },
      (_, i) => Math.sin(i * 1.7) * (i % 3 === 1 ? 1000 : 0.01),
    );
    const packed = packEmbedding("UMAP", { data: points, shape: [100, 3] }, "A note.");
    expect(packed).toMatchObject({ name: "UMAP", dimensions: 3, note: "A note." });
    const there = unpackEmbedding(JSON.parse(JSON.stringify(packed)));
    const wide = packed.range.map(([from, to]) => to - from);
    points.forEach((value, i) => {
      expect(Math.abs(there[i]! - value)).toBeLessThanOrEqual(wide[i % 3]! / 65535);
    });
  });

  it("centres an embedding and scales its axes alike", () => {
    const packed = packEmbedding("PCA", { data: Float32Array.of(10, 0, 14, 1, 12, 0.5), shape: [3, 2] }, "");
    const places = Array.from(centred(unpackEmbedding(packed), packed), (value) => Number(value.toFixed(4)));
    expect(places).toEqual([-1, -0.25, 1, 0.25, 0, 0]);
  });

  it("takes equal points, one point and none", () => {
    for (const rows of [0, 1, 5]) {
      const packed = packEmbedding("PCA", { data: new Float32Array(rows * 2).fill(3), shape: [rows, 2] }, "");
      const there = unpackEmbedding(JSON.parse(JSON.stringify(packed)));
      expect(Array.from(there)).toEqual(new Array(rows * 2).fill(3));
      expect(Array.from(centred(there, packed))).toEqual(new Array(rows * 2).fill(0));
    }
  });

  it("refuses what is no map", () => {
    expect(() => packEmbedding("PCA", { data: new Float32Array(8), shape: [2, 4] }, "")).toThrow("4 columns");
  });

  it("brings classes and numbers there", () => {
    const classes = packClasses("label", [1, 0, -1, 7, -99], ["a", "b"], "noise");
    expect(Array.from(unpackIntegers(classes.data))).toEqual([1, 0, -1, -1, -1]);
    expect(classes).toMatchObject({ kind: "categorical", names: ["a", "b"], none: "noise" });
    const values = packValues("ink", [0.5, Number.NaN, Infinity, -2]);
    expect(Array.from(unpackFloats(values.data))).toEqual([0.5, Number.NaN, Number.NaN, -2]);
    expect(Array.from(unpackIntegers(packIndex([3, 70_000])))).toEqual([3, 70_000]);
  });
});
