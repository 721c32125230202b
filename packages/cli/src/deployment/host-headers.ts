import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Rule {
  matches: RegExp;
  headers: [string, string][];
}

/**
 * The headers that a folder's settings ask its host for: `_headers` (Netlify, Cloudflare Pages), `netlify.toml` and
 * `vercel.json`, the latter two also beside the folder. Simple cases: what cannot be read is passed over.
 */
export function headersOfHosts(folder: string): (pathname: string) => Headers {
  const rules = [
    ...fromFile(join(folder, "_headers"), underscoreHeaders),
    ...[folder, join(folder, "..")].flatMap((place) => [
      ...fromFile(join(place, "netlify.toml"), netlifyToml),
      ...fromFile(join(place, "vercel.json"), vercelJson),
    ]),
  ];
  return (pathname) => {
    const headers = new Headers();
    for (const rule of rules) {
      if (!rule.matches.test(pathname)) continue;
      for (const [name, value] of rule.headers) setHeader(headers, name, value);
    }
    return headers;
  };
}

function fromFile(path: string, parse: (text: string) => Rule[]): Rule[] {
  try {
    return existsSync(path) ? parse(readFileSync(path, "utf8")) : [];
  } catch {
    return [];
  }
}

/** Names and values that no header can have are passed over. */
function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch {
    // The host refuses them too.
  }
}

/** A path on a line of its own, and below it, indented, `Name: value`. */
function underscoreHeaders(text: string): Rule[] {
  const rules: Rule[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue;
    const header = line.match(/^\s+([^:\s]+)\s*:\s*(.*)$/);
    if (header) rules.at(-1)?.headers.push([header[1]!, header[2]!.trim()]);
    else rules.push({ matches: pattern(line.trim().replace(/^https?:\/\/[^/]+/, "")), headers: [] });
  }
  return rules;
}

/** `[[headers]]`, `for = "/*"`, `[headers.values]`, `Name = "value"`. */
function netlifyToml(text: string): Rule[] {
  const rules: Rule[] = [];
  let inHeaders = false;
  for (const line of text.split(/\r?\n/)) {
    const table = line.match(/^\s*\[+\s*([\w.]+)\s*\]+/);
    if (table) {
      inHeaders = table[1] === "headers" || table[1] === "headers.values";
      if (table[1] === "headers") rules.push({ matches: /^\b$/, headers: [] });
      continue;
    }
    const pair = line.match(/^\s*"?([\w-]+)"?\s*=\s*(?:"([^"]*)"|'([^']*)')/);
    const rule = rules.at(-1);
    if (!pair || !inHeaders || !rule) continue;
    const value = pair[2] ?? pair[3] ?? "";
    if (pair[1] === "for") rule.matches = pattern(value);
    else rule.headers.push([pair[1]!, value]);
  }
  return rules;
}

/** `{ "headers": [{ "source": "/(.*)", "headers": [{ "key", "value" }] }] }` */
function vercelJson(text: string): Rule[] {
  const settings: unknown = JSON.parse(text);
  const list = (settings as { headers?: unknown }).headers;
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: { source?: unknown; headers?: unknown; has?: unknown }) => {
    if (typeof entry?.source !== "string" || !Array.isArray(entry.headers) || entry.has) return [];
    const source = entry.source.replaceAll(/:\w+\*/g, ".*").replaceAll(/:\w+/g, "[^/]+");
    const headers = entry.headers
      .filter((header) => typeof header?.key === "string" && typeof header?.value === "string")
      .map((header): [string, string] => [header.key, header.value]);
    return [{ matches: new RegExp(`^${source}$`), headers }];
  });
}

/** `/assets/*` and `/:name/x` as Netlify and Cloudflare read them. */
function pattern(path: string): RegExp {
  const escaped = path.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll(/:\w+/g, "[^/]+")}$`);
}
