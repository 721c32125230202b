import { resolve } from "./imports.js";
import { isHtml, mentions, otherScripts, type Page, type Script } from "./page.js";
import type { Answer, Site, Unreachable } from "./types.js";

export interface RuntimeFile {
  url: URL;
  answer: Answer | Unreachable;
  /** Whether it is what its name says. */
  whole: boolean;
}

/** ONNX Runtime in one of the page's scripts. */
export interface Runtime {
  script: Script;
  /** Every address that the script may mean, those that are there first. */
  wasm: RuntimeFile[];
  /** The script that comes with it; null where it is part of the script above. */
  glue: RuntimeFile[] | null;
  /** onnxruntime-web's version, in the script and in the .wasm; null where it cannot be told. */
  versions: { script: string[]; wasm: string | null };
}

/** In every script that holds @vaekit/infer/tiny. */
export const tinyRuntime = "tiny runtime: ";
const namesRuntime = /ort-wasm-simd-threaded/;
/** Not in a script that only copies the file, as a service worker does. */
const runsRuntime = /em-pthread|numThreads/;
const wasmLimit = 64 * 2 ** 20;

/** In the scripts that the page was seen to ask for; else, of a folder, in those that lie in it. */
export async function findRuntimes(site: Site, page: Page): Promise<Runtime[]> {
  const asked = page.scripts.filter(
    ({ text, mentioned }) => namesRuntime.test(text) && (!mentioned || runsRuntime.test(text)),
  );
  if (asked.length > 0) return inUse(await runtimesIn(site, page, asked));
  // What a page that is not whole would have asked for is not to be told from what merely lies there.
  if (page.missing.length > 0 || page.bare.some(({ certain }) => certain)) return [];
  const others = await otherScripts(site, page);
  const lying = others.filter(({ text }) => namesRuntime.test(text) && runsRuntime.test(text));
  return inUse(await runtimesIn(site, page, lying));
}

/**
 * Without copies that no import was seen of, where another will do: webpack makes one for threads, which get their
 * .wasm from the page; onnxruntime-web's folder has a script for each of its .wasm files.
 */
function inUse(runtimes: readonly Runtime[]): Runtime[] {
  const whole = ({ wasm }: Runtime) => wasm[0]?.whole ?? false;
  const another = runtimes.some((runtime) => whole(runtime) || !runtime.script.mentioned);
  return runtimes.filter((runtime) => whole(runtime) || !runtime.script.mentioned || !another);
}

async function runtimesIn(site: Site, page: Page, scripts: readonly Script[]): Promise<Runtime[]> {
  const answers = new Map<string, Promise<RuntimeFile>>();
  const get = (url: URL, whole: (answer: Answer) => boolean) => {
    const known = answers.get(url.href) ?? fetchFile(site, page, url, whole);
    answers.set(url.href, known);
    return known;
  };
  return Promise.all(
    scripts.map(async (script) => {
      const prefixes = prefixesIn(page, script);
      const bases = [...prefixes, script.url, page.url];
      const wasm = await Promise.all(
        addresses(script, /\.wasm(?:\?[^"'`]*)?/, bases).map((url) => get(url, isWasm)),
      );
      // The glue is part of the script, unless it was left out of it or wasmPaths names another folder.
      const embedded = script.text.includes("em-pthread") && prefixes.length === 0;
      const glue = embedded
        ? null
        : await Promise.all(
            addresses(script, /ort-wasm-simd-threaded[\w.-]*\.mjs/, bases).map((url) => get(url, isScript)),
          );
      const there = wasm.find(({ whole }) => whole)?.answer;
      return {
        script,
        wasm: wasm.sort((a, b) => Number(b.whole) - Number(a.whole)),
        glue: glue?.sort((a, b) => Number(b.whole) - Number(a.whole)) ?? null,
        versions: {
          script: [
            ...new Set(Array.from(script.text.matchAll(/["'`](1\.\d{1,3}\.\d{1,3})["'`]/g), (m) => m[1]!)),
          ],
          wasm: there && there.status !== null ? wasmVersion(there.bytes) : null,
        },
      };
    }),
  );
}

/** `wasmPaths: "/ort/"` in any script, and onnxruntime-web's folder on a CDN. */
function prefixesIn(page: Page, script: Script): URL[] {
  const given = page.scripts.flatMap(({ text, url }) =>
    [
      ...text.matchAll(/\bwasmPaths["']?\s*[:=]\s*["'`]([^"'`$]{1,300})["'`]/g),
      ...text.matchAll(/["'`](https?:\/\/[^"'`$\s]{1,200}onnxruntime-web[^"'`$\s]{0,100}\/)["'`]/g),
    ].map((match) => resolve(match[1]!, match[1]!.startsWith(".") ? page.url : url)),
  );
  return given.filter((url) => url !== null && url.href !== script.url.href) as URL[];
}

function addresses({ text, answer, url }: Script, ending: RegExp, bases: readonly URL[]): URL[] {
  const self = answer?.url.href ?? url.href;
  const all = mentions(text, ending).flatMap((name) => bases.map((base) => resolve(name, base)));
  const usable = all.filter((url) => url !== null && /^https?:$/.test(url.protocol) && url.href !== self);
  return [...new Map(usable.map((url) => [url!.href, url!])).values()];
}

async function fetchFile(
  site: Site,
  page: Page,
  url: URL,
  whole: (answer: Answer) => boolean,
): Promise<RuntimeFile> {
  const origin = url.origin === page.answer.url.origin ? undefined : page.answer.url.origin;
  const answer = await site.get(url, { limit: wasmLimit, origin });
  return { url, answer, whole: answer.status !== null && answer.status < 400 && whole(answer) };
}

function isWasm({ bytes }: Answer): boolean {
  return Buffer.from(bytes.subarray(0, 8)).toString("latin1") === "\0asm\x01\0\0\0";
}

function isScript(answer: Answer): boolean {
  return !isHtml(answer) && answer.bytes.length > 0;
}

/** Its C API can be asked for the version: the text stands alone between zeros. */
function wasmVersion(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes).toString("latin1");
  return text.match(/\0(1\.\d{1,3}\.\d{1,3})\0/)?.[1] ?? null;
}
