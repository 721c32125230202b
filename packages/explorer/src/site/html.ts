import { readStatic } from "./built.js";
import { integrityOf } from "./integrity.js";
import type { SiteManifest } from "./manifest.js";

/** What differs between a site's page and a page that is one file. */
export interface PageParts {
  /** Elements in the head: the style, the import map. */
  head: string;
  /** Elements after the page's body: the script. */
  scripts: string;
  /** Directives of the policy, beside those that every page has. */
  policy: { script: string[]; style: string; connect: string; worker: string };
}

/** base.css has the same: what is behind the page. */
const paper = { light: "#ffffff", dark: "#14171c" };
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5a85"/>' +
  '<g fill="none" stroke="#fff" stroke-width="2.4"><ellipse cx="16" cy="16" rx="11" ry="6" transform="rotate(-35 16 16)" opacity=".6"/>' +
  '</g><circle cx="16" cy="16" r="3.4" fill="#f79a2b"/></svg>';

/** The page's HTML. */
export function pageHtml(site: SiteManifest, { head, scripts, policy }: PageParts): string {
  const boot = readStatic("boot.js");
  const directives = {
    "default-src": "'none'",
    "script-src": [...policy.script, "'wasm-unsafe-eval'", hashSource(boot)].join(" "),
    "style-src": policy.style,
    "img-src": "'self' data: blob:",
    "connect-src": policy.connect,
    "worker-src": policy.worker,
    "base-uri": "'none'",
    "form-action": "'none'",
  };
  const csp = Object.entries(directives)
    .map((pair) => pair.join(" "))
    .join("; ");
  const name = escapeHtml(site.name);
  const described = site.description && `<p>${escapeHtml(site.description)}</p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="${paper.light}">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="${paper.dark}">
<meta name="referrer" content="no-referrer">
<title>${name}</title>
${site.description && `<meta name="description" content="${escapeHtml(site.description)}">\n`}<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
${head}
<body>
<div id="app"><header class="header"><div><h1>${name}</h1>${described}</div></header><main><p class="waiting">Loading</p></main></div>
<noscript><p>This page decodes pictures in your browser, which needs JavaScript: allow it for this page and reload.</p></noscript>
${dataBlock("site", "application/json", jsonText(site))}
<script>${boot}</script>
${scripts}
</html>
`;
}

/** A policy's source that allows exactly this inline text. */
export function hashSource(text: string): string {
  return `'${integrityOf(text)}'`;
}

/** Text that scripts read and browsers do not run; content must not hold "</". */
export function dataBlock(id: string, type: string, content: string): string {
  return `<script type="${type}" id="${escapeHtml(id)}">${content}</script>`;
}

/** JSON that can stand in HTML. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
