// npm run demo: real digits in, a trained and exported VAE and pictures out, with the commands that anyone would type.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "vaekit";
import { root } from "./ready.mjs";

const at = process.argv.indexOf("--epochs");
const epochs = at < 0 ? "10" : (process.argv[at + 1] ?? "");
if (!(Number(epochs) > 0 && Number.isInteger(Number(epochs)))) {
  process.stderr.write(`npm run demo -- --epochs <n>: a positive integer, got "${epochs}"\n`);
  process.exit(2);
}
const folder = "demo";
const commands = [
  `train mnist --validation mnist:test --hidden 512,256 --latent 32 --batch 256 --epochs ${epochs} --seed 7 --out ${folder}/run`,
  `export ${folder}/run --out ${folder}/model`,
  `verify ${folder}/model`,
  `sample ${folder}/model --count 64 --seed 1 --out ${folder}/samples.png`,
  `reconstruct ${folder}/model mnist:test --count 24 --out ${folder}/reconstructions.png`,
  `export ${folder}/run --weights int8 --reference-pictures --out ${folder}/small`,
  `deploy ${folder}/small --name MNIST --label-name digit --out ${folder}/site`,
];

process.chdir(root);
rmSync(join(root, folder), { recursive: true, force: true });
const began = performance.now();
for (const command of commands) {
  console.log(`\n$ npx vaekit ${command}`);
  const code = await runCommand(command.split(" "));
  if (code !== 0) process.exit(code);
}
const summary = `
Done in ${Math.round((performance.now() - began) / 1000)} s. In ${folder}/:
  run/                  configuration, metrics and checkpoints of the training
  model/                the bundle: encoder, decoder and scorer as ONNX, manifest, model card
  samples.png           digits that the decoder made from random numbers, run by ONNX Runtime
  reconstructions.png   test digits beside what the model makes of them
  small/                the bundle again, its weights in a quarter of the bytes, with the pictures of 1,000 examples
  site/                 a page that explores it, for any host
  SUMMARY.txt           this list
Running the demo again replaces all of it.
See the page:
  npx vaekit preview ${folder}/site
Try next:
  npx vaekit analyze ${folder}/model --data mnist:test --out ${folder}/report
  npx vaekit sample ${folder}/model --count 16 --temperature 0.7 --out more.png
  npx vaekit encode ${folder}/model mnist:test --out z.csv
  npx vaekit train --resume ${folder}/run --epochs ${Number(epochs) + 10}
`;
writeFileSync(join(root, folder, "SUMMARY.txt"), summary.trimStart());
console.log(summary);
