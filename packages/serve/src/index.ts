export type { LoadModel, Model, ModelOptions } from "./bundle/model.js";
export type { ServeOptions } from "./options.js";
export { type Serving, serve } from "./serve.js";
