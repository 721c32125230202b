import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { root } from "../support/site.ts";

const kB = 1000;
const built = join(root, "packages/explorer/dist/built");
const size = (...parts: string[]) => gzipSync(readFileSync(join(built, ...parts)), { level: 9 }).length;
const files = (folder: string) =>
  readdirSync(join(built, folder), { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(built, folder, file)).isFile(),
  );
/** Of onnxruntime-web, which sites of small models are without. */
const runtime = /onnxruntime|ort-/;
const ofRuntime = (file: string) => runtime.test(readFileSync(join(built, "page", file), "utf8"));

describe("what the explorer weighs, gzipped", () => {
  it("its page and scripts are under 150 kB without the runtime", () => {
    const scripts = files("page").filter((file) => /\.(js|css)$/.test(file));
    const own = scripts.filter((file) => !ofRuntime(file));
    const total = own.reduce((sum, file) => sum + size("page", file), 0);
    console.log(`page, scripts and styles: ${total} bytes in ${own.length} files`);
    expect(own.length).toBeGreaterThan(1);
    expect(scripts.length).toBeGreaterThan(own.length);
    expect(total).toBeLessThan(150 * kB);
    expect(total).toBeGreaterThan(30 * kB);
  });

  it("none of its files is onnxruntime's WebAssembly, which sites take from onnxruntime-web itself", () => {
    expect(files(".").filter((file) => file.endsWith(".wasm"))).toEqual([]);
  });
});
