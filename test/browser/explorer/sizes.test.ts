import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { siteFiles } from "@vaekit/explorer";
import { exportBundle } from "@vaekit/export";
import { openBundle } from "@vaekit/infer";
import { mlp, openData, Vae } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../support/data.ts";
import { madeOnce } from "../../support/made-once.ts";
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

/** The model of `npm run demo`, untrained, with the codes and pictures of 1,000 real examples. */
async function demoSite(runtime: "tiny" | "wasm"): Promise<number> {
  const directory = join(temporaryDirectory(), "demo");
  await madeOnce("bundle-demo", directory, async (fresh) => {
    const data = await openData("mnist", { limit: 1000 });
    const vae = new Vae(mlp({ shape: data.shape, hidden: [512, 256], latent: 32 }), data, 7);
    const index = Int32Array.from({ length: data.count }, (_, i) => i);
    const reference = { examples: data.values, index, labels: data.labels!, pictures: true };
    await exportBundle(vae, fresh, { weights: "int8", samples: data.values, reference });
    vae.dispose();
  });
  const files = await siteFiles(await openBundle(directory), { runtime });
  return [...files.values()].reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0);
}

describe("what the explorer weighs, gzipped", () => {
  it.each([
    ["tiny", 1500 * kB],
    ["wasm", 6000 * kB],
  ] as const)(
    "a whole site of the demo's model with the runtime %s is under %i bytes",
    async (runtime, limit) => {
      const total = await demoSite(runtime);
      console.log(`whole site, ${runtime}: ${total} bytes`);
      expect(total).toBeLessThan(limit);
      expect(total).toBeGreaterThan(1000 * kB);
    },
  );

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
