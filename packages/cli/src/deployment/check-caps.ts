import { bytes } from "../units.js";
import type { Context } from "./context.js";
import { hostOf, hosts } from "./hosts.js";
import { ok, problem, type Remark, warning } from "./types.js";

/** Files against the largest that common hosts take. */
export async function checkCaps({ site, page, runtimes, reached }: Context): Promise<Remark[]> {
  if (!reached) return [];
  const here = page && site.kind === "url" ? hostOf(page.answer) : undefined;
  const found = sizes({ site, runtimes }).flatMap(({ subject, size }): Remark[] => {
    const refusing = hosts.filter(({ cap }) => cap !== null && size > cap);
    if (refusing.length === 0) return [];
    const names = refusing.map(({ name, cap }) => `${name} (${cap! / 2 ** 20} MiB)`).join(", ");
    const what = `${bytes(size)}: more than a file may have on ${names}`;
    const todo =
      "Put it on another server with CORS and name it in wasmPaths, choose @vaekit/infer/web in place of /web/webgpu, " +
      "or export the bundle with --weights int8.";
    return [here && refusing.includes(here) ? problem(subject, what, todo) : warning(subject, what, todo)];
  });
  if (found.length > 0) return found;
  return site.files
    ? [ok(site.show(new URL("./", site.page)), "no file is too large for Cloudflare Pages or GitHub Pages")]
    : [];
}

function sizes({ site, runtimes }: Pick<Context, "site" | "runtimes">): { subject: string; size: number }[] {
  if (site.files) return site.files.map(({ url, bytes: size }) => ({ subject: site.show(url), size }));
  return runtimes.flatMap(({ wasm }) =>
    wasm.flatMap(({ answer, url, whole }) =>
      whole && answer.status !== null ? [{ subject: site.show(url), size: answer.bytes.length }] : [],
    ),
  );
}
