import type { RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, it, onTestFinished } from "vitest";
import { urlSource } from "../../packages/infer/src/bundle/url.ts";
import { bundleErrorOf, filesListener, memoryCache, noise, serve, text } from "./source-support.ts";

const weights = noise(10_000);
const files = { "/m/vaekit.json": "{}", "/m/decoder.onnx": weights, "/m/reference/a b.bin": "x" };

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe("a bundle at an address", () => {
  it.each(["/m", "/m/", "/m/vaekit.json", "/m#part"])("of %s: its files below the folder", async (path) => {
    const { address, seen } = await serve(filesListener(files));
    const source = await urlSource(address + path);
    expect(source.name).toBe(`${address}/m`);
    expect(await source.read("vaekit.json", 100)).toEqual(text("{}"));
    expect(await source.read("decoder.onnx", 10_001)).toEqual(weights);
    expect(await source.read("reference/a b.bin", 10)).toEqual(text("x"));
    expect(seen).toEqual(["/m/vaekit.json", "/m/decoder.onnx", "/m/reference/a%20b.bin"]);
  });

  it("keeps a query for each file, and out of the errors", async () => {
    const { address, seen } = await serve((_, response) => response.writeHead(403).end());
    const source = await urlSource(new URL(`${address}/m/vaekit.json?key=secret`));
    const { message } = await bundleErrorOf(() => source.read("decoder.onnx", 10));
    expect(seen).toEqual(["/m/decoder.onnx?key=secret"]);
    expect(message).toBe(
      `${address}/m/decoder.onnx: the server answered 403 Forbidden. ` +
        "Check the address, and that it may be read without signing in.",
    );
  });

  it("at the root of a server", async () => {
    const { address } = await serve(filesListener({ "/vaekit.json": "{}" }));
    expect(await (await urlSource(address)).read("vaekit.json", 100)).toEqual(text("{}"));
  });

  it("of a .zip is an archive, and tells as it arrives", async () => {
    const zip = zipSync({ m: { "vaekit.json": text("{}"), "decoder.onnx": weights } });
    const { address, seen } = await serve(filesListener({ "/m.ZIP": zip }));
    const told: [number, number | null][] = [];
    const source = await urlSource(`${address}/m.ZIP?v=1`, { onDownload: (...now) => told.push(now) });
    expect(await source.read("decoder.onnx", 10_001)).toEqual(weights);
    expect(seen).toEqual(["/m.ZIP?v=1"]);
    expect(told.at(-1)).toEqual([zip.length, zip.length]);
    expect((await bundleErrorOf(() => urlSource(`${address}/none.zip`))).message).toContain(
      "no such file (404)",
    );
  });

  it("goes on where a server redirects to", async () => {
    const { address } = await serve((request, response) => {
      if (request.url!.startsWith("/old/"))
        response.writeHead(302, { location: request.url!.replace("old", "m") }).end();
      else filesListener(files)(request, response);
    });
    expect(await (await urlSource(`${address}/old`)).read("decoder.onnx", 10_001)).toEqual(weights);
    const { address: round } = await serve((request, response) =>
      response.writeHead(302, { location: request.url! }).end(),
    );
    const { message } = await bundleErrorOf(async () => (await urlSource(round)).read("vaekit.json", 10));
    expect(message).toMatch(/vaekit\.json: could not be downloaded \(.*redirect/);
  });

  it("takes a fetch of one's own", async () => {
    const { address } = await serve((request, response) =>
      response.writeHead(request.headers.authorization === "Bearer me" ? 200 : 401).end("{}"),
    );
    const signed: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { authorization: "Bearer me" } });
    const source = await urlSource(address, { fetch: signed });
    expect(await source.read("vaekit.json", 10)).toEqual(text("{}"));
  });

  it("stopped by a signal throws what fetch does", async () => {
    const { address } = await serve(() => {});
    const aborting: typeof fetch = (input, init) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 20);
      return fetch(input, { ...init, signal: controller.signal });
    };
    const source = await urlSource(address, { fetch: aborting });
    await expect(source.read("vaekit.json", 10)).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a server that says nothing", () => {
  it.each<[string, RequestListener]>([
    ["from the start", () => {}],
    [
      "in the middle of a file",
      (_, response) => response.writeHead(200, { "content-length": 10 }).write("{"),
    ],
  ])("%s is given up, and what was kept is used", async (_, silent) => {
    let listener = filesListener(files);
    const { address } = await serve((request, response) => listener(request, response));
    const cache = memoryCache();
    const warnings: string[] = [];
    const options = { timeout: 100, onWarning: (message: string) => warnings.push(message) };
    await (await urlSource(`${address}/m`, { ...options, cache })).read("vaekit.json", 100);
    listener = silent;
    const without = await urlSource(`${address}/m`, options);
    const { message } = await bundleErrorOf(() => without.read("vaekit.json", 100));
    expect(message).toContain("/m/vaekit.json: no byte arrived for 0.1 s");
    const source = await urlSource(`${address}/m`, { ...options, cache });
    expect(await source.read("vaekit.json", 100)).toEqual(text("{}"));
    expect(warnings).toEqual([expect.stringMatching(/no byte arrived .* Going on with what was kept/)]);
  });

  it("is given up with a fetch that heeds no signal too", async () => {
    const deaf = () => new Promise<Response>(() => {});
    const source = await urlSource("http://127.0.0.1:9/m", { fetch: deaf, timeout: 20 });
    expect((await bundleErrorOf(() => source.read("vaekit.json", 10))).message).toContain("no byte arrived");
  });

  it("slow is not silent: each byte starts the time anew", async () => {
    const { address } = await serve((_, response) => {
      let sent = 0;
      const timer = setInterval(() => {
        response.write("x");
        sent += 1;
        if (sent < 20) return;
        clearInterval(timer);
        response.end();
      }, 50);
    });
    const source = await urlSource(address, { timeout: 700 });
    expect(await source.read("vaekit.json", 100)).toEqual(text("x".repeat(20)));
  });

  it.each([0, -1, Number.NaN])("timeout %s is refused", async (timeout) => {
    await expect(urlSource("http://127.0.0.1:9/m", { timeout })).rejects.toThrow(/timeout must be/);
  });
});

describe("bytes as they come", () => {
  it("are told of bit by bit, from a server that is slow and says no length", async () => {
    const { address } = await serve((_, response) => {
      const write = (at: number): void => {
        if (at === 5) response.end();
        else {
          response.write(weights.subarray(at * 1000, (at + 1) * 1000));
          setTimeout(() => write(at + 1), 15);
        }
      };
      write(0);
    });
    const told: number[] = [];
    const source = await urlSource(address);
    const read = await source.read("decoder.onnx", 5001, { onBytes: (loaded) => told.push(loaded) });
    expect(read).toEqual(weights.subarray(0, 5000));
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(5000);
  });

  it("compressed by the server are the file's", async () => {
    const packed = gzipSync(weights, { level: 0 });
    const { address } = await serve((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed),
    );
    expect(packed.length).toBeGreaterThan(weights.length + 1);
    expect(await (await urlSource(address)).read("decoder.onnx", weights.length + 1)).toEqual(weights);
  });

  it("beyond the limit by the declared length are refused before any is read", async () => {
    const closed = deferred();
    const { address } = await serve((_, response) => {
      response.writeHead(200, { "content-length": 10 ** 9 }).write("x");
      response.on("close", closed.resolve);
    });
    const { message } = await bundleErrorOf(async () =>
      (await urlSource(address)).read("decoder.onnx", 1000),
    );
    expect(message).toContain("decoder.onnx: more than the 1000 bytes that it may have");
    await closed.promise;
  });

  it("without end, or unpacked to more, are stopped at the limit", async () => {
    const closed = deferred();
    const { address } = await serve((request, response) => {
      if (request.url === "/packed") {
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(new Uint8Array(2 ** 24)));
        return;
      }
      const timer = setInterval(() => response.write(weights), 1);
      response.on("close", () => {
        clearInterval(timer);
        closed.resolve();
      });
    });
    const source = await urlSource(address);
    let most = 0;
    const onBytes = (loaded: number) => (most = Math.max(most, loaded));
    for (const file of ["endless", "packed"])
      expect((await bundleErrorOf(() => source.read(file, 25_000, { onBytes }))).message).toContain(
        "more than the 25000",
      );
    expect(most).toBeLessThanOrEqual(25_000);
    await closed.promise;
  });

  it("fewer than declared are a connection that broke", async () => {
    const { address } = await serve((_, response) => {
      response.writeHead(200, { "content-length": 1000 }).write("half");
      setTimeout(() => response.destroy(), 20);
    });
    const { message, cause } = await bundleErrorOf(async () =>
      (await urlSource(address)).read("a.onnx", 2000),
    );
    expect(message).toMatch(
      /a\.onnx: could not be downloaded \(.+\)\. Check the address and the connection\./,
    );
    expect(cause).toBeInstanceOf(Error);
  });

  it("what a progress callback throws comes out as it is", async () => {
    const { address } = await serve(filesListener(files));
    const source = await urlSource(`${address}/m`);
    const onBytes = () => {
      throw new RangeError("mine");
    };
    await expect(source.read("decoder.onnx", 20_000, { onBytes })).rejects.toThrow(new RangeError("mine"));
  });
});

describe("what is not there:", () => {
  it.each([404, 410])("%d is null", async (status) => {
    const { address } = await serve((_, response) => response.writeHead(status).end("<html>"));
    expect(await (await urlSource(address)).read("vaekit.json", 100)).toBeNull();
  });

  it.each([
    [401, "401 Unauthorized. Check the address"],
    [429, "429 Too Many Requests"],
    [500, "500 Internal Server Error. Try again later."],
    [503, "503 Service Unavailable. Try again later."],
  ])("%d is an error", async (status, says) => {
    const { address } = await serve((_, response) => response.writeHead(status).end());
    const { message } = await bundleErrorOf(async () => (await urlSource(address)).read("vaekit.json", 100));
    expect(message).toContain(`${address}/vaekit.json: the server answered ${says}`);
  });

  it("a page in its place, as single-page apps answer", async () => {
    const { address } = await serve((_, response) =>
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html>"),
    );
    const { message } = await bundleErrorOf(async () => (await urlSource(address)).read("vaekit.json", 100));
    expect(message).toContain("vaekit.json: the server answered with a web page (text/html)");
    expect(message).toContain("Check the address and that the bundle's files are deployed.");
  });

  it("no server", async () => {
    const { address, close } = await serve(() => {});
    await close();
    const { message } = await bundleErrorOf(async () => (await urlSource(address)).read("vaekit.json", 100));
    expect(message).toMatch(
      /could not be downloaded \(.*ECONNREFUSED.*\)\. Check the address and the connection\.$/,
    );
  });

  it("a server of another origin than the page: what CORS needs", async () => {
    const { address, close } = await serve(() => {});
    await close();
    Object.assign(globalThis, { location: new URL("https://example.org/page") });
    onTestFinished(() => void Reflect.deleteProperty(globalThis, "location"));
    const { message } = await bundleErrorOf(async () => (await urlSource(address)).read("vaekit.json", 100));
    expect(message).toContain(`${address} allows this page to read it (CORS: Access-Control-Allow-Origin)`);
  });
});

it.each([
  ["nothing at all", '"nothing at all" is no address'],
  ["https://me:secret@example.org/m", "example.org: fetch takes no name and password in an address"],
])("%s is refused", async (address, says) => {
  const { message } = await bundleErrorOf(() => urlSource(address));
  expect(message).toContain(says);
  expect(message).not.toContain("me:secret");
});
