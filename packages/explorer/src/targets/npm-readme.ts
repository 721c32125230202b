import {
  conditionExample,
  type Described,
  inKilobytes,
  pictureInWords,
  sizeInNumbers,
  toldExample,
} from "./described.js";

/** README.md, with this model's numbers. reason: why pages need onnxruntime, "" where they do not */
export function readmeText(model: Described, files: ReadonlyMap<string, Uint8Array>, reason: string): string {
  const { name, latent, shape, encoder, labels, condition } = model;
  const told = toldExample(model);
  const c = conditionExample(model);
  const second = told && `, ${told}`;
  const size = sizeInNumbers(model);
  const knows = labels
    ? `It is told one of ${labels.length} labels: ${labels.join(", ")}.\n`
    : condition?.kind === "columns"
      ? `It is told ${condition.names.join(", ")}.\n`
      : "";
  const rows = Array.from(files, ([file, bytes]) => `| \`${file}\` | ${inKilobytes(bytes.length)} |`);
  const runtime =
    reason === ""
      ? "Pages run it in vaekit's own small runtime: nothing is downloaded but the page's script and the files below."
      : `Pages run it in onnxruntime-web, which downloads a .wasm of 14 MB once. ${reason}`;
  return `# ${name}

A trained decoder${encoder ? " and encoder" : ""}, written by vaekit: ${latent} numbers make a picture of ${pictureInWords(shape)}.
${knows}
## In Node

\`\`\`js
import { decodePixels, latent, load } from "${name}";

const pixels = await decodePixels(new Float32Array(latent)${second}); // Uint8Array of ${size}: ${shape.join(" x ")}, 0 to 255

const vae = await load();
const { z, x_mean } = await vae.sample(16, { seed: 1${c} }); // [16, ${latent}] and [16, ${shape.join(", ")}]
${encoder ? `const { mu } = await vae.encode(x_mean.toUint8()${c && `, { ${c.slice(2)} }`}); // [16, ${latent}]\n` : ""}await vae.dispose();
console.log(pixels.length, z.shape${encoder ? ", mu.shape" : ", x_mean.shape"});
\`\`\`

## In a page, through a bundler

The same import. Vite and webpack take the model's files along by themselves.

\`\`\`js
import { decodePixels, latent, shape } from "${name}";

const pixels = await decodePixels(Float32Array.from({ length: latent }, () => Math.random() - 0.5)${second});
const [height, width, channels] = shape;
const canvas = document.querySelector("canvas");
canvas.width = width;
canvas.height = height;
const image = new ImageData(width, height);
for (let i = 0; i < width * height; i++) {
  for (let k = 0; k < 3; k++) image.data[4 * i + k] = pixels[channels * i + (channels < 3 ? 0 : k)];
  image.data[4 * i + 3] = 255;
}
canvas.getContext("2d").putImageData(image, 0, 0);
\`\`\`

esbuild leaves files where they are: copy \`node_modules/${name}/model\` beside the script that it writes, or say where
they are by \`load({ model: "/models/${name}/" })\`.

${runtime}

| file | size |
| ---- | ---- |
${rows.join("\n")}
`;
}
