import { build } from "esbuild";

await build({ entryPoints: ["main.js"], bundle: true, format: "esm", splitting: true, minify: true, outdir: "dist", logLevel:"info" });
