import type { Answer, Site } from "./types.js";

export interface Script {
  /** Of a script in the page itself: the page's. */
  url: URL;
  text: string;
  /** Null for one in the page itself. */
  answer: Answer | null;
}

/** What a page's HTML and scripts say about what it will load. */
export interface Page {
  url: URL;
  answer: Answer;
  html: string;
  scripts: Script[];
  /** Scripts that it asks for and that are not there, or are no scripts. */
  missing: { url: URL; from: URL; answer: Awaited<ReturnType<Site["get"]>> }[];
}

/** Bounds on how far imports are followed. */
const mostScripts = 200;
const mostBytes = 16 * 2 ** 20;

/** The page and the scripts that it reaches by literal addresses. */
export async function readPage(site: Site, answer: Answer): Promise<Page> {
  const html = text(answer);
  const page: Page = { url: baseOf(html, answer.url), answer, html, scripts: [], missing: [] };
  const queue: { url: URL; from: URL; certain: boolean }[] = [];
  const seen = new Set<string>();
  const enqueue = (address: string, from: URL, certain: boolean) => {
    const url = resolve(address, from);
    if (!url || !/^https?:$/.test(url.protocol) || seen.has(url.href) || seen.size >= mostScripts) return;
    seen.add(url.href);
    queue.push({ url, from, certain });
  };
  // Without what follows the last end, so that no start looks for one in vain.
  const closed = html.slice(0, html.toLowerCase().lastIndexOf("</script>") + 9);
  for (const [, attributes, body] of closed.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)) {
    const source = attribute(attributes!, "src");
    if (source !== null) enqueue(source, page.url, true);
    else page.scripts.push({ url: page.url, text: body!, answer: null });
  }
  for (const [, attributes] of html.matchAll(/<link\b([^>]*)>/gi)) {
    const [rel, href] = [attribute(attributes!, "rel"), attribute(attributes!, "href")];
    if (href && rel === "modulepreload") enqueue(href, page.url, true);
  }
  for (const { text, url } of [...page.scripts]) for (const name of imports(text)) enqueue(name, url, true);
  for (let next = queue.shift(); next; next = queue.shift()) {
    const got = await site.get(next.url, { limit: mostBytes });
    if (got.status === null || got.status >= 400 || isHtml(got)) {
      // A text that only looks like the name of a script is no fault.
      if (next.certain) page.missing.push({ ...next, answer: got });
      continue;
    }
    const script = { url: got.url, text: text(got), answer: got };
    page.scripts.push(script);
    for (const name of imports(script.text)) enqueue(name, script.url, true);
    for (const name of mentions(script.text, /\.m?js/)) {
      enqueue(name, script.url, false);
      // Vite's lists of chunks are relative to the page's base.
      if (!/^[./]/.test(name)) enqueue(name, page.url, false);
    }
  }
  return page;
}

/** Literal texts of a script that end so. */
export function mentions(script: string, ending: RegExp): string[] {
  const literal = new RegExp(`["'\`]([^"'\`\\s<>(){}$,;]{0,300}?(?:${ending.source}))["'\`]`, "g");
  return [...new Set(Array.from(script.matchAll(literal), (match) => match[1]!))];
}

export function resolve(address: string, from: URL): URL | null {
  return URL.canParse(address, from) ? new URL(address, from) : null;
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
