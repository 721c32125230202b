import { gzipSync } from "node:zlib";
import { quote } from "./quote.js";
import { bytes } from "./units.js";

export interface Sizes {
  files: { path: string; bytes: number }[];
  bytes: number;
  /** What travels where the server compresses. */
  gzipped: number;
}

export function sizesOf(files: ReadonlyMap<string, Uint8Array>): Sizes {
  const list = Array.from(files, ([path, { length }]) => ({ path, bytes: length }));
  let gzipped = 0;
  for (const content of files.values()) gzipped += gzipSync(content, { level: 9 }).length;
  return { files: list, bytes: list.reduce((sum, file) => sum + file.bytes, 0), gzipped };
}

export function sizeLine(out: string, { files, bytes: all, gzipped }: Sizes): string {
  const count = files.length === 1 ? "one file" : `${files.length} files`;
  return `${out}: ${count}, ${bytes(all)}, ${bytes(gzipped)} compressed`;
}

const runtimes: Readonly<Record<string, string>> = {
  tiny: "runs in the page's own small runtime: no WebAssembly file to download",
  wasm: "runs in onnxruntime on WebAssembly",
  webgpu: "runs in onnxruntime on WebGPU, where the browser has it",
};

export function runtimeLine(runtime: string, reason: string): string {
  return `${runtimes[runtime]}${reason && `. ${reason}`}`;
}

export const previewLine = (out: string) => `show it:  npx vaekit preview ${quote(out)}`;
