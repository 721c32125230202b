import { execFileSync } from "node:child_process";
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Vae } from "@vaekit/infer";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { serve } from "../../bench/support/web-server.mjs";
import { expectSamePixels } from "../browser/explorer/support/site.ts";
import { chromium, hasChromium } from "../browser/support/chromium.ts";
import { classNames, packagedModels } from "./targets-packages.ts";

const root = join(import.meta.dirname, "../..");
const models = packagedModels();
const browser = chromium();
/** No script of the page's own text, no address elsewhere, and no fetch of what a bundler inlined. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";
const html = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,"><title>Package</title><script type="module" src="./dist/main.js"></script>`;
const z = [0.5, -1, 0.25];

/** Each builds main.js of a folder into its dist. */
const bundlers = {
  async vite(folder: string) {
    await vite({
      root: folder,
      base: "./",
      configFile: false,
      logLevel: "error",
      build: {
        outDir: "dist",
        assetsDir: ".",
        rolldownOptions: { input: join(folder, "main.js"), output: { entryFileNames: "main.js" } },
      },
    });
  },
  async webpack(folder: string) {
    const script = models.write(
      "webpack.mjs",
      `import webpack from ${JSON.stringify(join(root, "node_modules/webpack/lib/index.js"))};
      webpack({
        mode: "production", context: ${JSON.stringify(folder)}, entry: "./main.js",
        output: { path: ${JSON.stringify(join(folder, "dist"))} }, performance: false, optimization: { minimize: false },
      }, (error, stats) => {
        if (error) throw error;
        process.stdout.write(stats.toString("errors-warnings"));
        if (stats.hasErrors()) process.exitCode = 1;
      });`,
    );
    const said = execFileSync(process.execPath, [script], { encoding: "utf8" });
    expect(said.trim()).toBe("webpack compiled successfully");
  },
  async esbuild(folder: string, name: string) {
    await esbuild({
      entryPoints: [join(folder, "main.js")],
      bundle: true,
      format: "esm",
      splitting: true,
      minify: true,
      outdir: join(folder, "dist"),
      logLevel: "error",
    });
    // What the README says.
    cpSync(join(models.project, "node_modules", name, "model"), join(folder, "dist/model"), {
      recursive: true,
    });
  },
};

describe.runIf(hasChromium)("an npm package of a model, in a page built by", () => {
  let pixels: ArrayLike<number>;
  const packageOf = (decoderOnly: boolean) => (decoderOnly ? "bars-decoder" : "bars-labels");
  beforeAll(async () => {
    for (const decoderOnly of [false, true]) {
      await models.install("labels", { name: packageOf(decoderOnly), classes: classNames, decoderOnly });
    }
    const vae = await Vae.load(models.bundle("labels"));
    pixels = (await vae.decode(Float32Array.from(z), { c: [2] })).x_mean.toUint8().data;
    await vae.dispose();
  });

  describe.each(Object.entries(bundlers))("%s", (bundler, build) => {
    it.each([false, true])("decodes what Node decodes (decoder only: %s)", async (decoderOnly) => {
      const folder = join(models.project, `${bundler}-${decoderOnly}`);
      const place = `${bundler}-${decoderOnly}`;
      models.write(
        `${place}/main.js`,
        `import { decodePixels } from "${packageOf(decoderOnly)}";
        window.decoded = decodePixels(Float32Array.from(${JSON.stringify(z)}), { label: "third" }).then((pixels) => [...pixels]);`,
      );
      models.write(`${place}/index.html`, html);
      await build(folder, packageOf(decoderOnly));
      const server = await serve({ "/": folder });
      onTestFinished(server.close);
      const page = await browser.open(`${server.origin}/index.html`);
      const decoded = await page.evaluate(
        () => (window as unknown as { decoded: Promise<number[]> }).decoded,
      );
      expectSamePixels(decoded, pixels);
      // The small runtime does it all, and decoding takes no encoder.
      expect(server.requests.filter((path: string) => path.includes("encoder"))).toEqual([]);
      expect(server.requests.filter((path: string) => /\.wasm|\/ort/.test(path))).toEqual([]);
      const runtime = readdirSync(join(folder, "dist")).filter((file) => /\.wasm$|ort/.test(file));
      if (decoderOnly) expect(runtime).toEqual([]);
    });
  });
});
