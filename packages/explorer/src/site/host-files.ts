import { encodeText } from "./integrity.js";
import type { SiteRuntime } from "./manifest.js";

type Header = readonly [name: string, value: string];

const everywhere: readonly Header[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
];
/** Threads of WebAssembly need an isolated page. */
const isolation: readonly Header[] = [
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Embedder-Policy", "require-corp"],
];
const cache = (value: string): Header => ["Cache-Control", value];
/** Names in assets/ have a hash; all others are asked for again, at the cost of an answer of 304. */
const immutable = cache("public, max-age=31536000, immutable");
const fresh = cache("no-cache");

/** What hosts read: _headers (Netlify, Cloudflare Pages), vercel.json, and .nojekyll for GitHub Pages. */
export function hostFiles(runtime: SiteRuntime): Map<string, Uint8Array> {
  const all = [...everywhere, ...(runtime === "tiny" ? [] : isolation)];
  return new Map([
    ["_headers", encodeText(underscoreHeaders(all))],
    ["vercel.json", encodeText(`${JSON.stringify(vercel(all), null, 2)}\n`)],
    [".nojekyll", new Uint8Array(0)],
  ]);
}

/** A header that two rules set would be sent twice: folders are named, one by one. */
function underscoreHeaders(all: readonly Header[]): string {
  const rules: [string, readonly Header[]][] = [
    ["/*", all],
    ["/assets/*", [immutable]],
    ...["/", "/index.html", "/sw.js", "/site.json", "/vae-decoder.js", "/model/*", "/map/*"].map(
      (path): [string, Header[]] => [path, [fresh]],
    ),
  ];
  const line = ([name, value]: Header) => `  ${name}: ${value}`;
  return rules.map(([path, headers]) => [path, ...headers.map(line), ""].join("\n")).join("");
}

function vercel(all: readonly Header[]) {
  const pairs = (headers: readonly Header[]) => headers.map(([key, value]) => ({ key, value }));
  return {
    headers: [
      { source: "/(.*)", headers: pairs(all) },
      { source: "/((?!assets/).*)", headers: pairs([fresh]) },
      { source: "/assets/(.*)", headers: pairs([immutable]) },
    ],
  };
}
