import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256, VaekitError } from "@vaekit/infer";
import { zipSync } from "fflate";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  clearCache,
  defaultCacheDirectory,
  directoryCache,
} from "../../packages/infer/src/bundle/cache-directory.ts";
import { openNode } from "../../packages/infer/src/bundle/open-node.ts";
import type { BundleSource } from "../../packages/infer/src/bundle/source.ts";
import { urlSource } from "../../packages/infer/src/bundle/url.ts";
import { temporaryDirectory } from "../support/data.ts";
import { bundleErrorOf, filesListener, memoryCache, noise, serve, text } from "./source-support.ts";

const weights = noise(2000);

/** A place of its own for the caches of all programs, until the test ends. */
function stubCacheHome(): string {
  const home = temporaryDirectory();
  vi.stubEnv("XDG_CACHE_HOME", home);
  onTestFinished(() => void vi.unstubAllEnvs());
  return home;
}

/** A server of one bundle, and loads of it as a reader makes them: manifest, then the file by its digest. */
async function served(cache: Parameters<typeof openNode>[1] = {}) {
  const files: Record<string, Uint8Array | string> = { "/vaekit.json": "first", "/decoder.onnx": weights };
  const server = await serve(filesListener(files));
  const warnings: string[] = [];
  const load = async (bytes: Uint8Array = weights) => {
    const source = await openNode(server.address, { ...cache, onWarning: (line) => warnings.push(line) });
    return {
      manifest: await source.read("vaekit.json", 1000),
      decoder: await source.read("decoder.onnx", 2001, { sha256: await sha256(bytes) }),
    };
  };
  return { ...server, files, warnings, load };
}

const caches = {
  "in a directory": () => join(temporaryDirectory(), "not", "made", "yet"),
  "of one's own": memoryCache,
};

describe.each(Object.entries(caches))("a cache %s", (_, create) => {
  it("asks for the manifest each time, and for a file once", async () => {
    const { load, seen } = await served({ cache: create() });
    for (let i = 0; i < 3; i++) expect(await load()).toEqual({ manifest: text("first"), decoder: weights });
    expect(seen).toEqual(["/vaekit.json", "/decoder.onnx", "/vaekit.json", "/vaekit.json"]);
  });

  it("is what loads when the network is gone, and says so", async () => {
    const { load, close, warnings, address } = await served({ cache: create() });
    const first = await load();
    expect(warnings).toEqual([]);
    await close();
    expect(await load()).toEqual(first);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/vaekit\.json: could not be downloaded \(.+\)/);
    expect(warnings[0]).toContain(`Going on with what was kept of ${address}/vaekit.json the last time.`);
  });

  it("has a changed file downloaded again, and goes offline with the newest", async () => {
    const { load, files, seen, close } = await served({ cache: create() });
    await load();
    const changed = noise(1500, 9);
    Object.assign(files, { "/vaekit.json": "second", "/decoder.onnx": changed });
    const second = { manifest: text("second"), decoder: changed };
    expect(await load(changed)).toEqual(second);
    expect(seen.filter((path) => path === "/decoder.onnx")).toHaveLength(2);
    await close();
    expect(await load(changed)).toEqual(second);
  });

  it("is no help where the server says that the bundle is gone, or may not be read", async () => {
    const { load, files } = await served({ cache: create() });
    await load();
    delete files["/vaekit.json"];
    expect((await load()).manifest).toBeNull();
  });
});

describe("what is kept", () => {
  it("is used when the server is down, not when it refuses", async () => {
    let status = 200;
    const { address } = await serve((_, response) => response.writeHead(status).end("{}"));
    const warnings: string[] = [];
    const cache = memoryCache();
    const source = await urlSource(address, { cache, onWarning: (line) => warnings.push(line) });
    await source.read("vaekit.json", 10);
    status = 502;
    expect(await source.read("vaekit.json", 10)).toEqual(text("{}"));
    expect(warnings[0]).toContain("the server answered 502 Bad Gateway");
    // More than the reader takes is not given, from wherever.
    await bundleErrorOf(() => source.read("vaekit.json", 1));
    status = 403;
    expect((await bundleErrorOf(() => source.read("vaekit.json", 10))).message).toContain("403");
  });

  it.each(["sha256", "key"])("damaged in its %s file is thrown away and fetched again", async (kind) => {
    const cache = join(temporaryDirectory(), "cache");
    const { load, seen } = await served({ cache });
    const first = await load();
    for (const name of readdirSync(cache).filter((name) => name.startsWith(kind))) {
      const bytes = readFileSync(join(cache, name));
      bytes[3]! ^= 1;
      writeFileSync(join(cache, name), bytes);
    }
    expect(await load()).toEqual(first);
    const expected = kind === "sha256" ? 2 : 1;
    expect(seen.filter((path) => path === "/decoder.onnx")).toHaveLength(expected);
    // And is whole again.
    expect(await load()).toEqual(first);
    expect(seen.filter((path) => path === "/decoder.onnx")).toHaveLength(expected);
  });

  it("damaged is not used offline", async () => {
    const cache = memoryCache();
    const { load, close } = await served({ cache });
    await load();
    await close();
    for (const [key, bytes] of cache.entries) cache.entries.set(key, bytes.slice(1));
    expect((await bundleErrorOf(() => load())).message).toContain("could not be downloaded");
  });

  it("is never a file other than expected: that is asked for again past other caches, and given as it is", async () => {
    const cache = memoryCache();
    const { load, seen } = await served({ cache });
    const other = noise(10, 3);
    expect((await load(other)).decoder).toEqual(weights);
    expect(seen.filter((path) => path === "/decoder.onnx")).toHaveLength(2);
    expect(cache.entries.has(await sha256(weights))).toBe(false);
  });

  it("an old copy that a cache on the way has is passed by", async () => {
    const changed = noise(100, 8);
    const { address } = await serve((request, response) =>
      response.writeHead(200).end(request.headers["cache-control"] === "no-cache" ? changed : "stale"),
    );
    const source = await urlSource(address);
    expect(await source.read("decoder.onnx", 101, { sha256: await sha256(changed) })).toEqual(changed);
  });

  it("of an archive serves offline too", async () => {
    const zip = zipSync({ "vaekit.json": text("{}") });
    const { address, close } = await serve(filesListener({ "/m.zip": zip }));
    const options = { cache: memoryCache(), onWarning: vi.fn() };
    await openNode(`${address}/m.zip`, options);
    await close();
    expect(await (await openNode(`${address}/m.zip`, options)).read("vaekit.json", 10)).toEqual(text("{}"));
    expect(options.onWarning).toHaveBeenCalledOnce();
  });

  it("told of at once", async () => {
    const cache = memoryCache();
    const { load, address } = await served({ cache });
    await load();
    const told: number[] = [];
    const onBytes = (loaded: number) => told.push(loaded);
    await (await urlSource(address, { cache })).read("decoder.onnx", 2001, {
      sha256: await sha256(weights),
      onBytes,
    });
    expect(told).toEqual([weights.length]);
  });
});

describe("a cache that cannot be used does not stop a load:", () => {
  it("full", async () => {
    const cache = memoryCache();
    cache.put = async () => Promise.reject(new DOMException("no room", "QuotaExceededError"));
    const { load, warnings } = await served({ cache });
    expect((await load()).decoder).toEqual(weights);
    expect(warnings.some((line) => line.includes("decoder.onnx: not kept for the next time (no room)"))).toBe(
      true,
    );
  });

  it("broken", async () => {
    const broken = () => Promise.reject(new Error("broken"));
    const { load, close } = await served({ cache: { get: broken, put: broken, delete: broken } });
    expect((await load()).decoder).toEqual(weights);
    await close();
    expect((await bundleErrorOf(() => load())).message).toContain("could not be downloaded");
  });

  it("a file in the directory's place", async () => {
    const cache = join(temporaryDirectory(), "file");
    writeFileSync(cache, "");
    const { load, warnings } = await served({ cache });
    expect((await load()).decoder).toEqual(weights);
    expect(warnings[0]).toContain("not kept for the next time");
  });

  it("a directory in a file's place", async () => {
    const cache = temporaryDirectory();
    mkdirSync(join(cache, `sha256-${await sha256(weights)}`, "in the way"), { recursive: true });
    const { load } = await served({ cache });
    expect((await load()).decoder).toEqual(weights);
    expect(readdirSync(cache).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("the cache's directory", () => {
  it("is not there when caching is off", async () => {
    stubCacheHome();
    const { load, seen, close } = await served({ cache: false });
    await load();
    await load();
    expect(seen).toHaveLength(4);
    expect(readdirSync(process.env.XDG_CACHE_HOME!)).toEqual([]);
    await close();
    await bundleErrorOf(() => load());
  });

  it("is by default below the system's", async () => {
    const home = stubCacheHome();
    const { load, seen } = await served();
    await load();
    await load();
    expect(seen).toHaveLength(3);
    expect(readdirSync(join(home, "vaekit", "bundles"))).toHaveLength(3);
    expect(defaultCacheDirectory()).toBe(join(home, "vaekit", "bundles"));
  });

  it("is cleared of what is ours alone", async () => {
    const cache = temporaryDirectory();
    writeFileSync(join(cache, "notes.txt"), "");
    symlinkSync(cache, join(cache, "loop"));
    const { load, seen } = await served({ cache });
    await load();
    writeFileSync(join(cache, `sha256-${"0".repeat(64)}.01234567.tmp`), "left by a crash");
    await clearCache(cache);
    expect(readdirSync(cache).sort()).toEqual(["loop", "notes.txt"]);
    await load();
    expect(seen.filter((path) => path === "/decoder.onnx")).toHaveLength(2);
    await clearCache(join(cache, "none"));
  });

  it("has whole files when many write the same at once", async () => {
    const directory = temporaryDirectory();
    const key = await sha256(weights);
    await Promise.all(Array.from({ length: 20 }, () => directoryCache(directory).put(key, weights)));
    expect(readdirSync(directory)).toEqual([`sha256-${key}`]);
    expect(await directoryCache(directory).get(key)).toEqual(weights);
  });
});

it("only errors of this house come out", async () => {
  const { address, close } = await serve((request) => request.socket.destroy());
  const source: BundleSource = await urlSource(address);
  await expect(source.read("vaekit.json", 10)).rejects.toBeInstanceOf(VaekitError);
  await close();
});
