export type { SiteManifest } from "./site/manifest.js";
export { type SiteOptions, siteFiles } from "./site/site-files.js";
