export { createEngine, engines, whyMissing } from "./engine/index.js";
export { trainingGraph } from "./engine/compiled.js";
export { mlp } from "./model/mlp.js";
export { Vae } from "./model/vae.js";
export { objectives } from "./objective/index.js";
export { optimizers } from "./optimizer/index.js";
export { tf } from "./tfjs.js";
