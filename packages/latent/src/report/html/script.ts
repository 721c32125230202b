import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { UsageError } from "../../errors.js";

/** The page's script: beside the built report; for those who run the sources, where tsup put it. */
export async function pageScript(): Promise<string> {
  const places = ["./report/page.js", "../../../dist/report/page.js"];
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (!found) throw new UsageError("renderHtml: the page's script is not built; run `npm run build` first");
  const script = (await readFile(found, "utf8")).replaceAll("\r\n", "\n");
  return script.replace(/<\/(script)/gi, "<\\/$1");
}
