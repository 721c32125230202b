import { drawImage, readImages } from "@vaekit/infer/web";
import { VaePool } from "@vaekit/infer/worker";

const status = document.querySelector("#status");
const canvas = document.querySelector("#picture");
const file = document.querySelector("#file");

// The graphs run in a worker, so that the page never waits; the calls are those of Vae.
const vae = await VaePool.load("model/", {
  graphs: ["encoder", "decoder"],
  onProgress: ({ loaded, total }) => {
    status.textContent = `loading: ${loaded} of ${total} bytes`;
  },
});
[canvas.height, canvas.width] = vae.manifest.data.shape;

const sliders = Array.from({ length: vae.latent }, () => {
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: -3, max: 3, step: "any", value: 0 });
  slider.addEventListener("input", draw);
  return slider;
});
document.querySelector("#sliders").append(...sliders);

async function draw() {
  const z = Float32Array.from(sliders, ({ value }) => Number(value));
  const { x_mean } = await vae.decode(z);
  drawImage(canvas, x_mean);
}

file.addEventListener("change", async () => {
  const { mu } = await vae.encode(await readImages(vae.manifest, file.files[0]));
  sliders.forEach((slider, i) => {
    slider.value = mu.data[i];
  });
  await draw();
});

await draw();
status.textContent = "ready";
