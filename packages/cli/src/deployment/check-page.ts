import type { Context } from "./context.js";
import { ok, problem, type Remark, warning } from "./types.js";

/** Whether the page and its scripts are there, as what browsers take, and over https. */
export async function checkPage({ site, page, remarks }: Context): Promise<Remark[]> {
  const found = [...remarks];
  if (site.kind === "url") found.push(secure(site.page));
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
        "Deploy all that the build wrote.",
      ),
    );
  }
  for (const { answer, url } of page.scripts) {
    const type = answer?.headers.get("content-type") ?? "";
    if (!answer || /\b(javascript|ecmascript)\b/i.test(type)) continue;
    found.push(
      problem(
        site.show(url),
        `a script is served as ${type || "nothing in particular"}; browsers refuse modules of that type`,
        "Have the server send Content-Type: text/javascript for .js and .mjs.",
      ),
    );
  }
  if (found.every(({ level }) => level === "ok")) {
    found.push(ok(site.show(page.answer.url), `a page with ${page.scripts.length} scripts, all there`));
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
