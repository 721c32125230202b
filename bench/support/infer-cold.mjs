// A cold start: import, load, first decode, in a process of its own. node infer-cold.mjs <bundle> <vaekit|ort>
// Prints {"ms": from before the import to after the decode}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [bundle, side] = process.argv.slice(2);
const z = new Float32Array(32);
const began = performance.now();
if (side === "vaekit") {
  const { Vae } = await import("@vaekit/infer");
  const vae = await Vae.load(bundle);
  await vae.decode(z);
} else {
  process.env.ORT_DISABLE_TELEMETRY = "1";
  const require = createRequire(createRequire(import.meta.url).resolve("@vaekit/infer"));
  const ort = require("onnxruntime-node");
  const session = await ort.InferenceSession.create(readFileSync(`${bundle}/decoder.onnx`));
  await session.run({ z: new ort.Tensor("float32", z, [1, 32]) });
}
console.log(JSON.stringify({ ms: performance.now() - began }));
process.exit(0);
