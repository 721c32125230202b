/** What a page says that bare names mean (`<script type="importmap">`). */
export interface ImportMap {
  imports: ReadonlyMap<string, URL>;
  /** For scripts under an address; the longest first. */
  scopes: readonly { under: string; imports: ReadonlyMap<string, URL> }[];
}

/** Null where the text is no import map. */
export function parseImportMap(text: string, base: URL): ImportMap | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(parsed)) return null;
  const scopes = Object.entries(isRecord(parsed.scopes) ? parsed.scopes : {}).flatMap(([under, imports]) => {
    const url = resolve(under, base);
    return url ? [{ under: url.href, imports: addressesOf(imports, base) }] : [];
  });
  return {
    imports: addressesOf(parsed.imports, base),
    scopes: scopes.sort((a, b) => b.under.length - a.under.length),
  };
}

/** Where a bare name leads from a script; null where the map does not have it. */
export function mapped(name: string, from: URL, map: ImportMap): URL | null {
  const scopes = map.scopes.filter(
    ({ under }) => from.href === under || (under.endsWith("/") && from.href.startsWith(under)),
  );
  for (const imports of [...scopes.map(({ imports }) => imports), map.imports]) {
    const exact = imports.get(name);
    if (exact) return exact;
    const folders = [...imports.keys()].filter((key) => key.endsWith("/") && name.startsWith(key));
    const folder = folders.sort((a, b) => b.length - a.length)[0];
    if (folder !== undefined) return resolve(name.slice(folder.length), imports.get(folder)!);
  }
  return null;
}

export function resolve(address: string, from: URL): URL | null {
  return URL.canParse(address, from) ? new URL(address, from) : null;
}

/** A package's name, which no browser finds by itself. */
export function isBare(name: string): boolean {
  return !/^(\.{0,2}\/|[a-z][a-z0-9+.-]*:)/i.test(name);
}

/**
 * What the import and export declarations name that a script begins with.
 *
 * Only those: further down the same words may stand in a text. Data (`with { type: "json" }`) is no script.
 */
export function declaredImports(script: string): string[] {
  const skipped = /[\s;]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|#![^\n]*|["']use \w+["']/y;
  const declaration =
    /(?:import|export)\b(?:[\w$*{}\s,]{0,20000}?\bfrom)?\s*["']([^"'\n]{1,300})["'](\s*(?:with|assert)\s*\{)?/y;
  const found: string[] = [];
  for (let at = 0; at < script.length; ) {
    skipped.lastIndex = at;
    if (skipped.test(script)) {
      at = skipped.lastIndex;
      continue;
    }
    declaration.lastIndex = at;
    const match = declaration.exec(script);
    if (!match) break;
    at = declaration.lastIndex;
    if (match[2] === undefined) found.push(match[1]!);
    else at = script.indexOf("}", at) + 1 || script.length;
  }
  return found;
}

/** A dynamic import, anywhere. */
export function dynamicImports(script: string): string[] {
  const found = script.matchAll(
    /\bimport\s*\(\s*(?:\/\*[^*]{0,200}\*\/\s*)?["'`]([^"'`$\s]{1,300})["'`]\s*\)/g,
  );
  return Array.from(found, (match) => match[1]!);
}

function addressesOf(imports: unknown, base: URL): Map<string, URL> {
  const found = new Map<string, URL>();
  for (const [name, address] of Object.entries(isRecord(imports) ? imports : {})) {
    const url = typeof address === "string" && !isBare(address) ? resolve(address, base) : null;
    if (url) found.set(name, url);
  }
  return found;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
