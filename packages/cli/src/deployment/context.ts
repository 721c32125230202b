import { parseManifest } from "@vaekit/infer";
import { resolve } from "./imports.js";
import { isHtml, mentions, type Page, readPage, text } from "./page.js";
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
  /** Whether there is anything to check at the address or in the folder. */
  reached: boolean;
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
  const all = await findBundles(site, page, at, given);
  // What is wrong with a server that cannot be reached need not be said of each file.
  const bundles = first.status === null ? all.filter(({ origin }) => origin !== at.origin) : all;
  // A server's listing of a bundle's folder is no page.
  const listing = page?.scripts.length === 0 && page.missing.length === 0 && page.importMap === null;
  if (listing && bundles.length > 0) page = null;
  const built = !page && site.nearby && site.files?.some(({ url }) => /\.m?js$/.test(url.pathname));
  if (first.status !== null && !page && (bundles.length === 0 || built)) {
    remarks.push(site.kind === "folder" ? noPage(site) : noPageAt(shown, first));
  }
  const runtimes = page ? await findRuntimes(site, page) : [];
  const reached = first.status !== null && (page !== null || bundles.length > 0);
  return { site, page, runtimes, bundles, reached, remarks };
}

function noPage({ page, show, nearby }: Site): Remark {
  return problem(
    show(page),
    "is not there",
    nearby
      ? `Give the folder that the host serves; ${nearby}.`
      : "Give the folder that the host serves: it has index.html, or vaekit.json.",
  );
}

function noPageAt(shown: string, answer: Answer): Remark {
  return problem(
    shown,
    answer.status >= 400 ? `answered ${answer.status}` : `is no page (${typeOf(answer)})`,
    "Give the address of the page, or of a bundle's folder.",
  );
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
