import type { Context } from "./context.js";
import { isHtml } from "./page.js";
import { ok, type Remark, warning } from "./types.js";

/** What the server says of a file that is not there. */
export async function checkFallback({ site, page, bundles }: Context): Promise<Remark[]> {
  const at = page?.url ?? bundles[0];
  if (site.kind === "folder" || !at) return [];
  const url = new URL("vaekit-doctor-no-such-file.wasm", at);
  const answer = await site.get(url, { limit: 4096 });
  if (answer.status === null) return [];
  if (answer.status >= 400)
    return [ok(url.href, `a file that is not there is answered with ${answer.status}`)];
  const what = isHtml(answer) ? "a web page" : "something";
  return [
    warning(
      url.href,
      `a file that is not there is answered with ${what} and ${answer.status}: a wrong path shows up as a damaged file`,
      "Keep the fallback to index.html for pages; answer 404 for .wasm, .mjs, .onnx and .json.",
    ),
  ];
}
