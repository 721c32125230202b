import { existsSync, readFileSync } from "node:fs";

/** What Vite built: the page, the page as one script, the custom element. */
export type BuiltFolder = "page" | "single" | "element";

/** Beside this file; for those who run the sources, where Vite put it. */
function folderOf(name: BuiltFolder): URL {
  const here = new URL(`./built/${name}/`, import.meta.url);
  return existsSync(here) ? here : new URL(`../../dist/built/${name}/`, import.meta.url);
}

export function readBuilt(folder: BuiltFolder, file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(file, folderOf(folder))));
}

/** A script that goes into pages as it is. */
export function readStatic(file: "boot.js" | "sw.js" | "retire.js"): string {
  const [built, source] = ["../static/", "../../static/"].map(
    (path) => new URL(path + file, import.meta.url),
  );
  return readFileSync(existsSync(built!) ? built! : source!, "utf8");
}

/** Vite's manifest: what each chunk is made of and asks for. */
export interface Chunk {
  file: string;
  src?: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
  assets?: string[];
}

export function readChunks(folder: BuiltFolder): Record<string, Chunk> {
  return JSON.parse(new TextDecoder().decode(readBuilt(folder, "manifest.json")));
}

/** The script of the custom element, whole. */
export function elementScript(): Uint8Array {
  const entry = Object.values(readChunks("element")).find(({ isEntry }) => isEntry)!;
  return readBuilt("element", entry.file);
}
