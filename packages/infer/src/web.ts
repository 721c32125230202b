export { clearCache, openWeb as openBundle } from "./bundle/open-web.js";
export * from "./common.js";
export * from "./image/web.js";
export { Vae, type WebLoadOptions } from "./vae-web.js";
