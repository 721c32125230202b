import { bundleFormat } from "@vaekit/infer";
import type { Context } from "./context.js";
import { hostOf } from "./hosts.js";
import { resolve } from "./imports.js";

import { tinyRuntime } from "./runtimes.js";
import { ok, problem, type Remark, warning } from "./types.js";

const header = {
  opener: "cross-origin-opener-policy",
  embedder: "cross-origin-embedder-policy",
} as const;

/** Whether the page is cross-origin isolated: without, WebAssembly has one thread. */
export async function checkIsolation({ site, page, runtimes }: Context): Promise<Remark[]> {
  if (!page) return [];
  const { headers } = page.answer;
  const subject = site.show(page.answer.url);
  const [opener, embedder] = [value(headers, header.opener), value(headers, header.embedder)];
  const isolated = opener === "same-origin" && isEmbedder(embedder);
  if (!isolated && runtimes.length === 0 && page.scripts.some(({ text }) => text.includes(tinyRuntime))) {
    return [ok(subject, "runs on @vaekit/infer/tiny alone, which has one thread and needs no isolation")];
  }
  if (!isolated) return [notIsolated(subject, page, site.kind === "folder", opener, embedder)];
  const found = [ok(subject, `cross-origin isolated (${opener}, ${embedder}): threads are possible`)];
  const workers = startedWorkers(page);
  for (const script of page.scripts) {
    if (!script.answer || !(script.text.includes("em-pthread") || workers.has(script.url.href))) continue;
    if (isEmbedder(value(script.answer.headers, header.embedder))) continue;
    found.push(
      problem(
        site.show(script.url),
        "runs as a worker, and comes without Cross-Origin-Embedder-Policy: an isolated page refuses it, and waits forever",
        `Send Cross-Origin-Embedder-Policy: ${embedder} with scripts too, not with the page alone.`,
      ),
    );
  }
  for (const { text, url } of page.scripts) {
    if (!text.includes("em-pthread") || !text.includes(bundleFormat)) continue;
    found.push(
      warning(
        site.show(url),
        "holds onnxruntime-web and the page's own code: each thread runs all of it, and loading with threads may never end",
        "Build with code splitting, so that onnxruntime-web is in a script of its own; or stay with one thread.",
      ),
    );
  }
  if (embedder !== "require-corp") return found;
  for (const { answer, url } of page.scripts) {
    if (!answer || url.origin === page.answer.url.origin) continue;
    const { headers } = answer;
    if (headers.has("cross-origin-resource-policy") || headers.has("access-control-allow-origin")) continue;
    found.push(
      problem(
        url.href,
        "is on another server, which says nothing of who may embed it: an isolated page refuses it",
        "Have it send Cross-Origin-Resource-Policy: cross-origin, or put the file beside the page.",
      ),
    );
  }
  return found;
}

function notIsolated(
  subject: string,
  page: NonNullable<Context["page"]>,
  folder: boolean,
  opener: string | null,
  embedder: string | null,
): Remark {
  const sent = `Cross-Origin-Opener-Policy is ${opener ?? "not sent"}, Cross-Origin-Embedder-Policy ${embedder ?? "not sent"}`;
  if (addedByWorker(page)) {
    return ok(
      subject,
      `${sent}; a service worker adds them from the second load on: threads are possible then`,
    );
  }
  const host = hostOf(page.answer);
  const wanted = "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";
  const how = folder
    ? `Send ${wanted}, in a _headers file (Netlify, Cloudflare Pages) or vercel.json`
    : host?.headers === null
      ? `${host.name} sends no headers of yours: a service worker can add them, or another host`
      : `Send ${wanted}${host ? ` (${host.name}: ${host.headers})` : ""}`;
  return warning(
    subject,
    `not cross-origin isolated: WebAssembly runs on one thread. ${sent}`,
    `One thread is enough for small models. For more: ${how}; docs/deployment.md has the lines.`,
  );
}

/** What scripts start by `new Worker(new URL("./x.js", import.meta.url))`. ONNX Runtime's threads run the script they are in. */
function startedWorkers({ scripts }: NonNullable<Context["page"]>): Set<string> {
  const started = scripts.flatMap(({ text, url }) =>
    Array.from(
      text.matchAll(
        /\bWorker\(\s*(?:\/\*[^*]{0,100}\*\/\s*)?new URL\(\s*(?:\/\*[^*]{0,100}\*\/\s*)?["'`]([^"'`]{1,300})/g,
      ),
      (match) => resolve(match[1]!, url)?.href,
    ),
  );
  return new Set(started.filter((href) => href !== undefined));
}

/** A service worker that says by its name what it is for; docs/deployment.md has one. */
function addedByWorker({ html, scripts }: NonNullable<Context["page"]>): boolean {
  const registered = /serviceWorker[^"'`]{0,100}register\(\s*["'`][^"'`]{0,200}(coi|isolat)/i;
  return /coi-serviceworker/i.test(html) || scripts.some(({ text }) => registered.test(text));
}

function value(headers: Headers, name: string): string | null {
  return headers.get(name)?.replace(/;.*/, "").trim().toLowerCase() ?? null;
}

function isEmbedder(value: string | null): boolean {
  return value === "require-corp" || value === "credentialless";
}
