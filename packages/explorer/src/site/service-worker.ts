import { readStatic } from "./built.js";
import { jsonText } from "./html.js";
import { encodeText, integrityOf } from "./integrity.js";
import type { SiteManifest } from "./manifest.js";

/**
 * sw.js. It is there without `offline` too: it then takes the place of an earlier deployment's, which would show its own copy for ever.
 * page: index.html, which is kept under the name of its folder
 */
export function serviceWorker({ files, offline }: SiteManifest, page: Uint8Array): Uint8Array {
  if (!offline) return encodeText(readStatic("retire.js"));
  const digests: Record<string, string> = { "": integrityOf(page) };
  for (const [path, { integrity }] of Object.entries(files)) digests[path] = integrity;
  const revision = integrityOf(JSON.stringify(digests));
  return encodeText(`self.deployed = ${jsonText({ revision, files: digests })};\n${readStatic("sw.js")}`);
}
