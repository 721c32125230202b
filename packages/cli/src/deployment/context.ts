import { parseManifest } from "@vaekit/infer";
import { isHtml, mentions, type Page, readPage, resolve, text } from "./page.js";
import { findRuntimes, type Runtime } from "./runtimes.js";
import type { Answer, Remark, Site } from "./types.js";
import { problem } from "./types.js";

/** What all checks look at; read once. */
export interface Context {
  site: Site;
  /** Null where the address is that of a bundle alone. */
  page: Page | null;
  runtimes: Runtime[];
  /** Folders of bundles, as addresses that end in a slash. */
  bundles: URL[];
  /** What was wrong with the address itself. */
  remarks: Remark[];
}

export async function readContext(site: Site, given: readonly string[]): Promise<Context> {
  const first = await site.get(site.page, { limit: 16 * 2 ** 20 });
  const shown = site.show(site.page);
  const remarks: Remark[] = [];
  let page: Page | null = null;
  if (first.status === null) {
    remarks.push(
      problem(shown, `cannot be reached (${first.reason})`, "Check the address and that the server runs."),
    );
  } else if (first.status < 400 && isHtml(first)) {
    page = await readPage(site, first);
  }
  const at = page?.url ?? (first.status === null ? site.page : first.url);
  const bundles = await findBundles(site, page, at, given);
  // A server's listing of a bundle's folder is no page.
  if (page?.scripts.length === 0 && page.missing.length === 0 && bundles.length > 0) page = null;
  if (first.status !== null && !page && bundles.length === 0) {
    const answered = first.status >= 400 ? `answered ${first.status}` : `is no page (${typeOf(first)})`;
    const todo =
      site.kind === "folder"
        ? "Give the folder that is deployed: it has index.html or vaekit.json."
        : "Give the address of the page, or of a bundle's folder.";
    remarks.push(problem(shown, site.kind === "folder" ? "is not there" : answered, todo));
  }
  const runtimes = page ? await findRuntimes(site, page) : [];
  return { site, page, runtimes, bundles, remarks };
}

/** Bundles that are named, those that lie in a folder, that at the address, and what scripts give to `load`. */
async function findBundles(site: Site, page: Page | null, at: URL, given: readonly string[]): Promise<URL[]> {
  const named = given.map((name) => resolve(asFolder(name), at)).filter((url) => url !== null);
  if (named.length > 0) return unique(named);
  const listed = site.files?.filter(({ url }) => url.pathname.endsWith("/vaekit.json")) ?? [];
  const candidates = listed.map(({ url }) => new URL(".", url));
  if (site.kind === "url") {
    candidates.push(new URL(asFolder(at.href.replace(/[?#].*/, ""))));
    for (const script of page?.scripts ?? []) {
      const loaded = script.text.matchAll(/\.load\(\s*["'`]([^"'`\s$]{1,300})["'`]/g);
      const manifests = mentions(script.text, /vaekit\.json/);
      for (const name of [...Array.from(loaded, (match) => match[1]!), ...manifests]) {
        const url = resolve(asFolder(name), page!.url);
        if (url) candidates.push(url);
      }
    }
  }
  const found: URL[] = [];
  for (const url of unique(candidates)) if (await isBundle(site, url)) found.push(url);
  return found;
}

async function isBundle(site: Site, folder: URL): Promise<boolean> {
  if (!/^https?:$/.test(folder.protocol)) return false;
  const answer = await site.get(new URL("vaekit.json", folder), { limit: 16 * 2 ** 20 });
  if (answer.status === null || answer.status >= 400 || isHtml(answer)) return false;
  if (site.kind === "folder") return true;
  try {
    return Boolean(parseManifest(text(answer), folder.href));
  } catch {
    return text(answer).includes("vaekit-bundle");
  }
}

function asFolder(address: string): string {
  return `${address.replace(/(^|\/)vaekit\.json$/, "$1").replace(/\/$/, "")}/`.replace(/^\/$/, "./");
}

function unique(urls: readonly URL[]): URL[] {
  return [...new Map(urls.map((url) => [url.href, url])).values()];
}

export function typeOf({ headers }: Answer): string {
  return headers.get("content-type") ?? "no content-type";
}
