import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as picked from "@vaekit/infer";
import * as node from "@vaekit/infer/node";
import * as tiny from "@vaekit/infer/tiny";
import * as web from "@vaekit/infer/web";
import * as webgpu from "@vaekit/infer/web/webgpu";
import { describe, expect, it } from "vitest";
import * as common from "../../packages/infer/src/common.ts";

/** What a Vae can be asked, wherever it was imported from. */
function calls(of: { Vae: { prototype: object } }): string[] {
  const names: string[] = [];
  for (let at = of.Vae.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  return [...new Set(names)].sort();
}

describe("entry points", () => {
  it.each(Object.entries({ picked, node, web, webgpu }))(
    "%s has all that is the same everywhere",
    (_, entry) => {
      expect(Object.keys(entry)).toEqual(expect.arrayContaining(Object.keys(common)));
      expect(Object.keys(entry)).toEqual(expect.arrayContaining(["Vae", "openBundle", "clearCache"]));
    },
  );

  it("a Vae has the same calls in Node, a page and on WebGPU; tiny has some of them", () => {
    expect(calls(web)).toEqual(calls(picked));
    expect(calls(webgpu)).toEqual(calls(picked));
    expect(calls(picked)).toEqual(expect.arrayContaining(calls(tiny)));
    expect(calls(tiny)).toEqual(
      expect.arrayContaining(["decode", "sample", "interpolate", "traverse", "latent", "dispose"]),
    );
  });

  it("pages and Node have pictures in and out", () => {
    for (const entry of [web, webgpu]) {
      expect(Object.keys(entry)).toEqual(
        expect.arrayContaining(["readImages", "toImageData", "drawImage", "toBlob"]),
      );
    }
    expect(Object.keys(node)).toEqual(
      expect.arrayContaining(["readImages", "toPng", "writeImage", "gridPng"]),
    );
  });

  it("each is built, by the name that the package gives it", () => {
    const folder = join(import.meta.dirname, "../../packages/infer");
    const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = JSON.stringify(exports).match(/\.\/dist\/[^"]+?\.js/g)!;
    expect(files.length).toBeGreaterThan(7);
    for (const file of new Set(files))
      expect(readFileSync(join(folder, file), "utf8").length).toBeGreaterThan(0);
  });
});
