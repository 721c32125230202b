export type { SiteFile, SiteManifest, SiteRuntime } from "./site/manifest.js";
export type { SiteExamples, SiteOptions } from "./site/options.js";
export { type SingleFile, type SingleFileOptions, singleFile } from "./site/single-file.js";
export { siteFiles } from "./site/site-files.js";
export { htmlSnippetFiles, type SnippetOptions } from "./targets/html-snippet.js";
export { npmPackageFiles, type PackageOptions } from "./targets/npm-package.js";
