import { hashSource, jsonText, pageHtml } from "./html.js";
import type { SiteManifest } from "./manifest.js";

/** index.html of a site: its scripts and style are files, each with its digest. */
export function sitePage(site: SiteManifest, script: string, style: string, lazy: readonly string[]): string {
  const digest = (path: string) => site.files[path]!.integrity;
  // Scripts that are imported later have no element that could name their digest.
  const map = jsonText({
    integrity: Object.fromEntries(lazy.map((path) => [`./${path}`, digest(path)])),
  });
  return pageHtml(site, {
    head: `<link rel="stylesheet" href="${style}" integrity="${digest(style)}">
<script type="importmap">${map}</script>`,
    scripts: `<script type="module" src="${script}" integrity="${digest(script)}"></script>`,
    policy: {
      script: ["'self'", hashSource(map)],
      style: "'self'",
      connect: "'self'",
      worker: site.model.runtime === "tiny" ? "'self'" : "'self' blob:",
    },
  });
}
