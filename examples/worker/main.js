import { drawImage, readImages } from "@vaekit/infer/web";
import { VaePool } from "@vaekit/infer/worker";

const status = document.querySelector("#status");
const canvas = document.querySelector("#picture");
const another = document.querySelector("#another");
const file = document.querySelector("#file");

// The graphs run in a worker, so that the page never waits; the calls are those of Vae.
const vae = await VaePool.load("model/", {
  onProgress: ({ loaded, total }) => {
    status.textContent = `loading: ${loaded} of ${total} bytes`;
  },
}).catch((error) => {
  status.textContent = error.message;
  throw error;
});
[canvas.height, canvas.width] = vae.manifest.data.shape;

const z = new Float32Array(vae.latent);
const sliders = Array.from(z, (_, i) => {
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: -4, max: 4, step: "any" });
  slider.addEventListener("input", () => {
    z[i] = slider.valueAsNumber;
    attempt(draw);
  });
  return slider;
});
document.querySelector("#sliders").append(...sliders);

async function draw() {
  const { x_mean } = await vae.decode(z);
  drawImage(canvas, x_mean);
}

async function show(code) {
  z.set(code.data);
  sliders.forEach((slider, i) => {
    slider.value = z[i];
  });
  await draw();
}

/** Do it, and say what went wrong. */
async function attempt(work) {
  try {
    await work();
    status.textContent = "ready";
  } catch (error) {
    status.textContent = error.message;
  }
}

let seed = 0;
async function sample() {
  seed += 1;
  await show((await vae.sample(1, { seed })).z);
}
another.addEventListener("click", () => attempt(sample));

file.addEventListener("change", () =>
  attempt(async () => {
    const { mu } = await vae.encode(await readImages(vae.manifest, file.files[0]));
    await show(mu);
  }),
);

await attempt(sample);
