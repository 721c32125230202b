import { bytes } from "../units.js";
import type { Context } from "./context.js";
import { isHtml } from "./page.js";
import { type Runtime, type RuntimeFile, tinyRuntime } from "./runtimes.js";
import { type Answer, ok, problem, type Remark, type Site, warning } from "./types.js";

/** Whether onnxruntime-web's .wasm (and .mjs, where it is a file of its own) is there, as browsers want it. */
export async function checkRuntime({ site, page, runtimes }: Context): Promise<Remark[]> {
  if (!page) return [];
  if (runtimes.length === 0) return [withoutRuntime(site, page)];
  const origin = page.answer.url.origin;
  return runtimes.flatMap((runtime) => {
    const glue = runtime.glue ? checkFile(site, origin, runtime, runtime.glue, ".mjs") : [];
    return [...checkFile(site, origin, runtime, runtime.wasm, ".wasm"), ...glue, ...versions(site, runtime)];
  });
}

function withoutRuntime(site: Site, page: NonNullable<Context["page"]>): Remark {
  const tiny = page.scripts.find(({ text }) => text.includes(tinyRuntime));
  if (tiny) return ok(site.show(tiny.url), "@vaekit/infer/tiny, which needs no .wasm file");
  return warning(
    site.show(page.answer.url),
    "could not be checked: neither onnxruntime-web nor @vaekit/infer/tiny is in the scripts that could be followed",
    site.kind === "folder"
      ? "Open the page in a browser and see whether its model loads; give the page that uses vaekit."
      : "Check the folder that was deployed, whose files can be listed (vaekit doctor --web dist), or open the page in a browser.",
  );
}

function checkFile(
  site: Site,
  origin: string,
  { script }: Runtime,
  files: readonly RuntimeFile[],
  ending: ".wasm" | ".mjs",
): Remark[] {
  const asker = site.show(script.url);
  const file = files[0];
  if (!file?.whole || file.answer.status === null) return [absent(site, asker, files, ending)];
  const { answer, url } = file;
  const subject = site.show(url);
  const found: Remark[] = [];
  const type = answer.headers.get("content-type")?.replace(/;.*/, "").trim() ?? "no type";
  if (ending === ".wasm" && type !== "application/wasm") {
    found.push(
      warning(
        subject,
        `served as ${type}: browsers cannot compile it while it arrives`,
        "Have the server send Content-Type: application/wasm for .wasm.",
      ),
    );
  }
  if (ending === ".mjs" && !/\b(javascript|ecmascript)\b/.test(type)) {
    found.push(
      problem(
        subject,
        `served as ${type}; browsers refuse modules of that type`,
        "Have the server send Content-Type: text/javascript for .mjs.",
      ),
    );
  }
  if (url.origin !== origin && !allows(answer, origin)) {
    found.push(
      problem(
        subject,
        `on another server, which does not let ${origin} read it`,
        `Have it send Access-Control-Allow-Origin: ${origin} (or *), or put the file beside the page.`,
      ),
    );
  }
  if (site.kind === "url" && ending === ".wasm") found.push(...delivery(subject, answer));
  if (found.some(({ level }) => level !== "ok")) return found;
  return [ok(subject, `there, ${bytes(answer.bytes.length)}, ${type}; ${asker} asks for it`), ...found];
}

function absent(site: Site, asker: string, files: readonly RuntimeFile[], ending: string): Remark {
  const tried = files.map(({ url, answer }) => `${site.show(url)}: ${state(answer, ending)}`);
  const what = `the ${ending} of onnxruntime-web is not where ${asker} looks for it\n${tried.map((line) => `  ${line}`).join("\n")}`;
  const todo = `Copy it from node_modules/onnxruntime-web/dist to the first of these, or say where it is: Vae.load(source, { wasmPaths: { wasm: "..." } }).`;
  const unknown = files.some(({ answer }) => answer.status === null) && site.kind === "folder";
  return unknown
    ? warning(asker, what, "Check the deployed address: vaekit doctor --web https://...")
    : problem(asker, files.length === 0 ? `asks for a ${ending} under a name that is not in it` : what, todo);
}

function state(answer: RuntimeFile["answer"], ending: string): string {
  if (answer.status === null) return answer.reason;
  if (answer.status >= 400) return `answered ${answer.status}`;
  return isHtml(answer) ? "answered with a web page, as for files that are not there" : `is no ${ending}`;
}

/** How it travels and how long it is kept. */
function delivery(subject: string, { headers, bytes: body }: Answer): Remark[] {
  const found: Remark[] = [];
  const encoding = headers.get("content-encoding");
  if (encoding) found.push(ok(subject, `travels compressed (${encoding})`));
  else if (body.length > 2 ** 20) {
    found.push(
      warning(
        subject,
        `travels uncompressed: ${bytes(body.length)}, where gzip would take about a quarter`,
        "Switch on gzip or brotli for application/wasm.",
      ),
    );
  }
  const cache = headers.get("cache-control") ?? "";
  if (/\bno-store\b/i.test(cache)) {
    found.push(
      warning(
        subject,
        `Cache-Control: ${cache}: every visit downloads it again`,
        "Send Cache-Control: public, max-age=31536000, immutable where its name has a hash; else no-cache, which asks first.",
      ),
    );
  } else if (!cache && !headers.has("etag") && !headers.has("last-modified")) {
    found.push(
      warning(
        subject,
        "no Cache-Control, ETag or Last-Modified: browsers cannot tell whether what they have is still good",
        "Send Cache-Control: public, max-age=31536000, immutable where its name has a hash.",
      ),
    );
  }
  return found;
}

function versions(
  site: Site,
  { script, wasm, versions: { script: told, wasm: version } }: Runtime,
): Remark[] {
  if (version === null || told.length === 0) return [];
  const subject = site.show(wasm[0]!.url);
  if (told.includes(version))
    return [ok(subject, `onnxruntime-web ${version}, as the script that asks for it`)];
  return [
    problem(
      subject,
      `onnxruntime-web ${version}, and ${site.show(script.url)} is of another version (${told.join(", ")})`,
      "Deploy both from one build; where wasmPaths names a version, make it the installed one.",
    ),
  ];
}

export function allows({ headers }: Answer, origin: string): boolean {
  const allowed = headers.get("access-control-allow-origin");
  return allowed === "*" || allowed === origin;
}
