import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { DataError } from "@vaekit/infer";

/** What is shown. */
export interface Target {
  /** The folder that is served. */
  folder: string;
  /** The page in it that is opened; "" for its index.html. */
  page: string;
  /** Of a page that is one file, only that file is served. */
  only: string | null;
}

const isPage = (name: string) => /^\.html?$/i.test(extname(name));

/** A folder with a page, or a page that is one file. @throws DataError for anything else */
export function previewTarget(given: string): Target {
  if (!existsSync(given)) {
    throw new DataError(
      `${given}: there is no such folder. Make one: vaekit deploy <bundle> --out ${given}${/\.html?$/i.test(given) ? " --single-file" : ""}`,
    );
  }
  if (!statSync(given).isDirectory()) {
    if (isPage(given)) return { folder: dirname(given), page: basename(given), only: basename(given) };
    throw new DataError(`${given}: neither a folder nor an .html file`);
  }
  if (existsSync(join(given, "index.html"))) return { folder: given, page: "", only: null };
  const pages = readdirSync(given).filter((name) => isPage(name) && !name.startsWith("."));
  if (pages.length === 1) return { folder: given, page: pages[0]!, only: null };
  const bundle = existsSync(join(given, "vaekit.json"));
  throw new DataError(
    `${given}: there is no index.html in it${bundle ? "; it is a bundle" : ""}. Give the folder that \`vaekit deploy${bundle ? ` ${given}` : ""} --out\` wrote.`,
  );
}
