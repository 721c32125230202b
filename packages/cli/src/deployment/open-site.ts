import { existsSync, statSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { DataError, UsageError } from "@vaekit/infer";
import { folderSite } from "./folder-site.js";
import { serverSite } from "./server-site.js";
import type { Site } from "./types.js";

/** An http(s) address, a folder, or a page in one. @throws UsageError, DataError */
export function openSite(target: string): Site {
  if (/^https?:\/\//i.test(target)) {
    if (!URL.canParse(target)) throw new UsageError(`--web ${target}: that is no address`);
    const page = new URL(target);
    if (page.username || page.password) {
      throw new UsageError(
        "--web: leave name and password out of the address; browsers do not take them there",
      );
    }
    page.hash = "";
    return serverSite(page);
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(target)) {
    throw new UsageError(`--web ${target}: give an address with http:// or https://, or a folder`);
  }
  if (!existsSync(target)) throw new DataError(`--web ${target}: there is no such folder`);
  if (statSync(target).isDirectory()) return folderSite(target);
  if (/^\.html?$/i.test(extname(target)) || basename(target) === "vaekit.json") {
    return folderSite(dirname(target), /^\.html?$/i.test(extname(target)) ? basename(target) : undefined);
  }
  throw new DataError(`--web ${target}: neither a folder nor a page`);
}
