// Draws the README's picture from the bundle that `npm run demo` leaves: node tools/images.mjs
import { join } from "node:path";
import { writeAtomic } from "@vaekit/export";
import { Vae } from "@vaekit/infer";
import { gridPng } from "vaekit";
import { root } from "./ready.mjs";

const columns = 16;
const vae = await Vae.load(join(root, "demo/model"));
const { x_mean } = await vae.sample(64, { seed: 1 });
await writeAtomic(
  join(root, "docs/images/digits.png"),
  gridPng({ shape: x_mean.shape, values: x_mean.data }, columns),
);
await vae.dispose();
