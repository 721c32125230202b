import { resolve } from "./imports.js";
import type { Script } from "./page.js";

/** The parts that webpack's runtime asks for. It computes their names: `n.u = e => e + ".js"`. */
export interface WebpackParts {
  parts: { url: URL; from: URL }[];
  /** Scripts whose computation is none of those known here. */
  unknown: Script[];
}

const id = String.raw`(?:\/\*[^*]{0,200}\*\/\s*)?(\d+|"[^"\n]{1,200}")\s*`;
const one = new RegExp(String.raw`\b([\w$]+)\.e\(\s*${id}\)\s*\.then\(\s*(?:\(\)\s*=>\s*\(?\s*)?\1[.(]`, "g");
const several = /\bPromise\.all\(\s*(?:\/\*[^*]{0,200}\*\/\s*)?\[([^\]]{1,2000})\]\)\.then\(/g;
const each = new RegExp(String.raw`[\w$]\.e\(\s*${id}\)`, "g");

export function webpackParts(scripts: readonly Script[], page: URL): WebpackParts {
  const runtimes = scripts.filter(({ text }) => /\.p\s*\+\s*[\w$]+\.u\(/.test(text));
  if (runtimes.length === 0) return { parts: [], unknown: [] };
  const ids = new Set(scripts.flatMap(({ text }) => idsIn(text)));
  if (ids.size === 0) return { parts: [], unknown: [] };
  const parts: WebpackParts["parts"] = [];
  const unknown: Script[] = [];
  for (const script of runtimes) {
    const nameOf = namesOf(script.text);
    if (!nameOf) {
      unknown.push(script);
      continue;
    }
    // Without a publicPath parts lie beside the script.
    const path = script.text.match(/[\w$]\.p\s*=\s*"([^"\n]{0,300})"/)?.[1];
    const base = path === undefined ? script.url : resolve(path, page);
    for (const id of ids) {
      const name = nameOf(id);
      const url = name !== null && base ? resolve(name, base) : null;
      if (url) parts.push({ url, from: script.url });
    }
  }
  return { parts, unknown };
}

function idsIn(text: string): string[] {
  const lists = Array.from(text.matchAll(several), (match) => match[1]!);
  return [
    ...Array.from(text.matchAll(one), (match) => match[2]!),
    ...lists.flatMap((list) => Array.from(list.matchAll(each), (match) => match[1]!)),
  ].map(unquoted);
}

/** The sum of texts, the part's id and tables by id that a runtime's `u` gives; null where it is anything else. */
function namesOf(runtime: string): ((id: string) => string | null) | null {
  const head =
    /\.u\s*=\s*(?:\(?([\w$]+)\)?\s*=>\s*(?:\{\s*(?:\/\/[^\n]*\n\s*)*return\b|\((?!\s*\{))?|function\s*\(([\w$]+)\)\s*\{\s*(?:\/\/[^\n]*\n\s*)*return\b)/g;
  for (const match of runtime.matchAll(head)) {
    const names = sumOf(runtime.slice(match.index + match[0].length), match[1] ?? match[2]!);
    if (names) return names;
  }
  return null;
}

function sumOf(text: string, parameter: string): ((id: string) => string | null) | null {
  const name = parameter.replaceAll("$", "\\$");
  const term = new RegExp(
    String.raw`\s*(?:"([^"\n]*)"|(\()?(\{[^{}]*\})\[${name}\](?:\s*(\|\|)\s*${name})?(\))?|(${name})(?![\w$]))\s*`,
    "y",
  );
  const terms: ((id: string) => string | null)[] = [];
  for (let at = 0; ; at++) {
    term.lastIndex = at;
    const match = term.exec(text);
    if (!match || (match[2] === undefined) !== (match[5] === undefined)) return null;
    const [, literal, , table, otherwise, , plain] = match;
    if (literal !== undefined) terms.push(() => literal);
    else if (plain !== undefined) terms.push((id) => id);
    else {
      const entries = tableOf(table!);
      terms.push((id) => entries.get(id) ?? (otherwise ? id : null));
    }
    at = term.lastIndex;
    if (text[at] !== "+") break;
  }
  return (id) => {
    const parts = terms.map((term) => term(id));
    return parts.includes(null) ? null : parts.join("");
  };
}

function tableOf(text: string): Map<string, string> {
  const entries = text.matchAll(/([\w$]+|"[^"\n]*")\s*:\s*"([^"\n]*)"/g);
  return new Map(Array.from(entries, ([, key, value]) => [unquoted(key!), value!]));
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}
