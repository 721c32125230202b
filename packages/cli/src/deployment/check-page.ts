import type { Context } from "./context.js";
import type { Page } from "./page.js";
import { counted } from "./text.js";
import { ok, problem, type Remark, type Site, warning } from "./types.js";

/** What only a bundler's own server turns into scripts. */
const sources = /\.([cm]?tsx?|jsx|vue|svelte|css|s[ac]ss|less)$/i;

/** Whether the page and its scripts are there, as what browsers take, and over https. */
export async function checkPage({ site, page, remarks, reached }: Context): Promise<Remark[]> {
  const found = [...remarks];
  if (site.kind === "url" && reached) found.push(secure(site.page));
  if (!page) return found;
  for (const { url, from, answer } of page.missing) {
    if (answer.status === null && site.kind === "folder") continue;
    const how =
      answer.status === null
        ? `cannot be reached (${answer.reason})`
        : answer.status >= 400
          ? `answered ${answer.status}`
          : "is answered with a web page";
    found.push(
      problem(
        site.show(url),
        `a script that ${site.show(from)} asks for ${how}`,
        page.importMap
          ? "Deploy what the import map and its scripts name, node_modules included."
          : "Deploy all that the build wrote.",
      ),
    );
  }
  found.push(...notBuilt(site, page));
  for (const { answer, url } of page.scripts) {
    const type = answer?.headers.get("content-type") ?? "";
    if (!answer || /\b(javascript|ecmascript)\b/i.test(type)) continue;
    found.push(
      problem(
        site.show(url),
        `a script is served as ${type || "nothing in particular"}; browsers refuse modules of that type`,
        sources.test(url.pathname)
          ? built
          : "Have the server send Content-Type: text/javascript for .js and .mjs.",
      ),
    );
  }
  if (found.every(({ level }) => level === "ok")) {
    found.push(
      ok(site.show(page.answer.url), `a page with ${counted(page.scripts.length, "script")}, all there`),
    );
  }
  return found;
}

const built = "Build the page, and give the folder that the build wrote.";

/** Packages' names, which only a bundler or an import map turns into addresses; parts that could not be followed. */
function notBuilt(site: Site, { bare, importMap, unfollowed }: Page): Remark[] {
  const found = [...new Set(bare.map(({ from }) => from.href))].map((from) => {
    const names = bare.filter((one) => one.from.href === from);
    const what = `asks for ${names.map(({ name }) => JSON.stringify(name)).join(", ")}, which browsers do not find`;
    return names.some(({ certain }) => certain)
      ? problem(
          site.show(names[0]!.from),
          `${what}: ${importMap ? "the page's import map has no such name" : "not built?"}`,
          importMap ? "Add it to the import map." : `${built} A page without a build needs an import map.`,
        )
      : warning(
          site.show(names[0]!.from),
          `${what}: what loads this script will fail`,
          importMap ? "Add it to the import map, if pages load this script." : built,
        );
  });
  for (const { url } of unfollowed) {
    found.push(
      warning(
        site.show(url),
        "computes the names of its parts: whether they are there could not be checked",
        "Open the page in a browser and see whether all of its scripts arrive.",
      ),
    );
  }
  return found;
}

function secure({ protocol, hostname, href }: URL): Remark {
  const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) || hostname.endsWith(".localhost");
  if (protocol === "https:") return ok(href, "https: a secure context");
  if (local) return ok(href, "this computer: a secure context, as https is elsewhere");
  return warning(
    href,
    "http, and so no secure context: no threads, no cache for use offline, sha256 in JavaScript (slower)",
    "Serve it over https.",
  );
}
