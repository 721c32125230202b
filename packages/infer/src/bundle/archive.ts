import { BundleError } from "../errors.js";
import { rootOf, tooLarge } from "./files.js";
import { crc32, inflated } from "./inflate.js";
import type { BundleSource } from "./source.js";
import { type ZipEntry, zipContent, zipEntries } from "./zip.js";

/**
 * A bundle in one .zip file, its files stored or deflated, at the top or in a folder.
 * @throws BundleError for bytes that are no zip, or a damaged one, or one without a bundle
 */
export function archiveSource(bytes: Uint8Array, name: string): BundleSource {
  const entries = new Map<string, ZipEntry>();
  for (const entry of zipEntries(bytes, name)) {
    // Folders, and what macOS adds for itself.
    if (entry.name.endsWith("/") || /^__MACOSX\//.test(entry.name)) continue;
    if (entries.has(entry.name)) {
      throw new BundleError(`${name}: two files named ${entry.name}. Pack the bundle again.`);
    }
    entries.set(entry.name, entry);
  }
  const root = rootOf([...entries.keys()], name);
  return {
    name,
    async read(file, limit) {
      const entry = entries.get(root + file);
      if (!entry) return null;
      const where = `${name}/${file}`;
      if (entry.size > limit) throw tooLarge(where, entry.size, limit);
      const content = zipContent(bytes, entry, where);
      const whole = entry.method === 0 ? content : inflated(content, entry.size, where);
      if (whole.length !== entry.size || crc32(whole) !== entry.crc) {
        throw new BundleError(`${where}: damaged inside the archive. Copy or pack it again.`);
      }
      return whole;
    },
  };
}
