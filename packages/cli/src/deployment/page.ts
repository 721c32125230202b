import {
  declaredImports,
  dynamicImports,
  type ImportMap,
  isBare,
  mapped,
  parseImportMap,
  resolve,
} from "./imports.js";
import type { Answer, Site } from "./types.js";
import { webpackParts } from "./webpack-parts.js";

export interface Script {
  /** Of a script in the page itself: the page's. */
  url: URL;
  text: string;
  /** Null for one in the page itself. */
  answer: Answer | null;
  /** Whether a text has its name, or it lies in the folder, and no import of it was seen. */
  mentioned: boolean;
}

/** What a page's HTML and scripts say about what it will load. */
export interface Page {
  url: URL;
  answer: Answer;
  html: string;
  scripts: Script[];
  /** Scripts that it asks for and that are not there, or are no scripts. */
  missing: { url: URL; from: URL; answer: Awaited<ReturnType<Site["get"]>> }[];
  /** Packages' names that scripts import and no import map has; `certain`: as soon as the page opens. */
  bare: { name: string; from: URL; certain: boolean }[];
  importMap: ImportMap | null;
  /** Scripts that compute the names of their parts in a way that is not known here. */
  unfollowed: Script[];
}

/** How a script is reached: as the page opens, once something imports it, or perhaps never. */
type Reach = "declared" | "imported" | "mentioned";

/** Bounds on how far imports are followed. */
const mostScripts = 200;
const mostBytes = 16 * 2 ** 20;

/** The page and the scripts that it reaches by literal addresses, by its import map, and as webpack's parts. */
export async function readPage(site: Site, answer: Answer): Promise<Page> {
  const html = text(answer);
  const page: Page = {
    url: baseOf(html, answer.url),
    answer,
    html,
    scripts: [],
    missing: [],
    bare: [],
    importMap: null,
    unfollowed: [],
  };
  const queue: { url: URL; from: URL; reach: Reach }[] = [];
  const seen = new Set<string>();
  const enqueue = (address: string, from: URL, reach: Reach) => {
    const url = resolve(address, from);
    if (!url || !/^https?:$/.test(url.protocol) || seen.has(url.href) || seen.size >= mostScripts) return;
    seen.add(url.href);
    queue.push({ url, from, reach });
  };
  const follow = (name: string, from: URL, reach: Reach) => {
    if (!isBare(name)) return enqueue(name, from, reach);
    const url = page.importMap && mapped(name, from, page.importMap);
    if (url) enqueue(url.href, from, reach);
    else if (reach !== "mentioned" && !page.bare.some((known) => known.name === name)) {
      page.bare.push({ name, from, certain: reach === "declared" });
    }
  };
  const followImports = ({ text, url }: Script, reach: Reach) => {
    for (const name of declaredImports(text)) follow(name, url, reach);
    // Others that are packages' names are those that bundlers leave to Node.js.
    for (const name of dynamicImports(text)) {
      const found = isBare(name) && page.importMap && mapped(name, url, page.importMap);
      if (found) enqueue(found.href, url, reach === "mentioned" ? reach : "imported");
    }
    for (const name of imports(text)) enqueue(name, url, "imported");
  };
  for (const { attributes, body } of scriptTags(html)) {
    const type = attribute(attributes, "type")?.trim().toLowerCase() ?? "";
    if (type === "importmap") page.importMap ??= parseImportMap(body, page.url);
    if (type !== "" && type !== "module" && !/\b(javascript|ecmascript)\b/.test(type)) continue;
    const source = attribute(attributes, "src");
    if (source !== null) enqueue(source, page.url, "declared");
    else page.scripts.push({ url: page.url, text: body, answer: null, mentioned: false });
  }
  for (const [, attributes] of html.matchAll(/<link\b([^>]*)>/gi)) {
    const [rel, href] = [attribute(attributes!, "rel"), attribute(attributes!, "href")];
    if (href && rel === "modulepreload") enqueue(href, page.url, "declared");
  }
  for (const script of [...page.scripts]) followImports(script, "declared");
  for (;;) {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const got = await site.get(next.url, { limit: mostBytes });
      if (got.status === null || got.status >= 400 || isHtml(got)) {
        // A text that only looks like the name of a script is no fault.
        if (next.reach !== "mentioned") page.missing.push({ ...next, answer: got });
        continue;
      }
      const script = { url: got.url, text: text(got), answer: got, mentioned: next.reach === "mentioned" };
      page.scripts.push(script);
      followImports(script, next.reach);
      for (const name of mentions(script.text, /\.m?js/)) {
        enqueue(name, script.url, "mentioned");
        // Vite's lists of chunks are relative to the page's base.
        if (!/^[./]/.test(name)) enqueue(name, page.url, "mentioned");
      }
    }
    const { parts, unknown } = webpackParts(page.scripts, page.url);
    page.unfollowed = unknown;
    for (const { url, from } of parts) enqueue(url.href, from, "imported");
    if (queue.length === 0) return page;
  }
}

/** Scripts that lie in a folder and that the page was not seen to ask for. */
export async function otherScripts(site: Site, page: Page): Promise<Script[]> {
  const known = new Set(page.scripts.map(({ url }) => url.href));
  const files = (site.files ?? []).filter(
    ({ url, bytes }) => /\.m?js$/.test(url.pathname) && bytes <= mostBytes && !known.has(url.href),
  );
  const found: Script[] = [];
  for (const { url } of files.slice(0, mostScripts)) {
    const answer = await site.get(url, { limit: mostBytes });
    if (answer.status !== null && answer.status < 400)
      found.push({ url, text: text(answer), answer, mentioned: true });
  }
  return found;
}

function scriptTags(html: string): { attributes: string; body: string }[] {
  // Without what follows the last end, so that no start looks for one in vain.
  const closed = html.slice(0, html.toLowerCase().lastIndexOf("</script>") + 9);
  const tags = closed.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi);
  return Array.from(tags, ([, attributes, body]) => ({ attributes: attributes!, body: body! }));
}

/** Literal texts of a script that end so. */
export function mentions(script: string, ending: RegExp): string[] {
  const literal = new RegExp(`["'\`]([^"'\`\\s<>(){}$,;]{0,300}?(?:${ending.source}))["'\`]`, "g");
  return [...new Set(Array.from(script.matchAll(literal), (match) => match[1]!))];
}

export function isHtml({ headers, bytes }: Answer): boolean {
  if (/^text\/html\b/i.test(headers.get("content-type") ?? "")) return true;
  return /^\s*<(!doctype html|html)\b/i.test(Buffer.from(bytes.subarray(0, 200)).toString("latin1"));
}

export function text({ bytes }: Answer): string {
  return Buffer.from(bytes).toString("utf8");
}

/** `import "./x.js"`, `from "./x.js"`, `import("./x.js")`: those that are addresses and no package's names. */
function imports(script: string): string[] {
  const found = script.matchAll(/\b(?:from|import)\s*\(?\s*["'`]((?:\.{0,2}\/|https?:)[^"'`$]+)["'`]/g);
  return Array.from(found, (match) => match[1]!).filter((name) => /\.m?js(\?|$)/.test(name));
}

function baseOf(html: string, url: URL): URL {
  const tag = html.match(/<base\b([^>]*)>/i);
  const href = tag && attribute(tag[1]!, "href");
  return (href && resolve(href, url)) || url;
}

export function attribute(attributes: string, name: string): string | null {
  const found = attributes.match(
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i"),
  );
  const value = found && (found[1] ?? found[2] ?? found[3] ?? "");
  return value === null
    ? null
    : value.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&quot;", '"');
}
