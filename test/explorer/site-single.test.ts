import { createHash } from "node:crypto";
import { singleFile } from "@vaekit/explorer";
import { NdArray, openBundle } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { siteBundles, siteIn } from "./site-support.ts";

const bundles = siteBundles("five", "two");
const sha256 = (content: Uint8Array | string) =>
  `sha256-${createHash("sha256").update(content).digest("base64")}`;

describe("a site as one file", () => {
  it("holds every file of its manifest, and allows its own script and style alone", async () => {
    const { html, site: told } = await singleFile(await bundles.source("five"), { name: "</script>" });
    const site = siteIn(html);
    expect(site).toEqual(told);
    expect(site).toMatchObject({ name: "</script>", offline: false, model: { runtime: "tiny" } });
    for (const [path, { integrity }] of Object.entries(site.files)) {
      const block = html.match(new RegExp(`id="file:${path}">([^<]*)</script>`))![1]!;
      expect(sha256(Buffer.from(block, "base64")), path).toBe(integrity);
    }
    const policy = html.match(/Content-Security-Policy" content="([^"]*)"/)![1]!;
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toMatch(/'self'[^;]*script|unsafe-inline|https?:/);
    const [, style] = html.match(/<style>(.*?)<\/style>/s)!;
    const [, script] = html.match(/<script type="module">(.*?)<\/script>/s)!;
    expect(policy).toContain(`'${sha256(style!)}'`);
    expect(policy).toContain(`'${sha256(script!)}'`);
    expect(html).not.toMatch(/<(script|link|img)[^>]* (src|href)="(?!data:)/);
  });

  it("is refused above 32 MB, here of columns, with what helps", async () => {
    const source = await bundles.source("two");
    const columns = Array.from({ length: 1300 }, (_, i) => ({
      name: `column ${i}`,
      values: Float32Array.from({ length: 5000 }, (_, row) => row),
    }));
    const mu = new NdArray(
      Float32Array.from({ length: 5000 * 2 }, (_, i) => Math.sin(i)),
      [5000, 2],
    );
    await expect(singleFile(source, { examples: { mu, columns } })).rejects.toThrow(
      /the page has \d\d\.\d MB, and one file may have 32 MB\. Export the bundle with int8 weights .*--decoder-only/,
    );
  });

  it("has no service worker to ask for", async () => {
    const source = await openBundle(bundles.path("five"));
    await expect(singleFile(source, { offline: true } as never)).rejects.toThrow(
      /there is no option "offline"/,
    );
  });
});
