import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DataError } from "@vaekit/infer";
import { openData } from "@vaekit/train";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { counting, idxBytes } from "./idx-files.ts";

// Where Debian's package is installed nothing would be downloaded.
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    existsSync: (path: string) => !path.startsWith("/usr/share/datasets/") && fs.existsSync(path),
  };
});

const advice = "Install Debian's dataset-fashion-mnist, or set VAEKIT_FASHION_MNIST_URL to a mirror.";
let cache: string;

beforeEach(() => {
  cache = temporaryDirectory();
  vi.stubEnv("XDG_CACHE_HOME", cache);
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** A mirror on this machine; the list holds the paths that were asked for. */
async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  onTestFinished(() => server.closeAllConnections());
  vi.stubEnv("VAEKIT_FASHION_MNIST_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror`);
  return asked;
}

async function messageOf(source = "fashion-mnist"): Promise<string> {
  const error = await openData(source).catch((reason) => reason);
  expect(error).toBeInstanceOf(DataError);
  expect(readdirSync(cache, { recursive: true })).toEqual([]);
  return error.message;
}

describe("a download of fashion-mnist", () => {
  it("is refused for another sha256, and nothing of it is kept", async () => {
    const asked = await serve((_, response) =>
      response.end(gzipSync(idxBytes([2, 28, 28], counting(2 * 784)))),
    );
    const message = await messageOf();
    expect(message).toBe(
      `fashion-mnist: train-images-idx3-ubyte is not what was published (sha256). Try again. ${advice}`,
    );
    expect(asked).toEqual(["/mirror/train-images-idx3-ubyte.gz"]);
  });

  it("asks for the test part where that is meant", async () => {
    const asked = await serve((_, response) => response.end(gzipSync("other")));
    await messageOf("fashion-mnist:test");
    expect(asked).toEqual(["/mirror/t10k-images-idx3-ubyte.gz"]);
  });

  it("is refused when it is not gzipped", async () => {
    await serve((_, response) => response.end("<html>please log in</html>"));
    expect(await messageOf()).toMatch(
      /train-images-idx3-ubyte came damaged \(incorrect header check\)\. Try again\./,
    );
  });

  it("is refused when it unpacks to more than was published", async () => {
    await serve((_, response) => response.end(gzipSync(new Uint8Array(10_009))));
    // The labels to test have 10,008 bytes; the images come first, so these are put into the cache.
    const images = join(cache, "vaekit", "fashion-mnist", "t10k-images-idx3-ubyte");
    mkdirSync(join(images, ".."), { recursive: true });
    writeFileSync(images, idxBytes([2, 28, 28], counting(2 * 784)));
    const error = await openData("fashion-mnist:test").catch((reason) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(
      /t10k-labels-idx1-ubyte came damaged \(Cannot create a Buffer larger than 10008 bytes\)/,
    );
    expect(readdirSync(join(images, ".."))).toEqual(["t10k-images-idx3-ubyte"]);
  });

  it("is given up when the server sends without end", async () => {
    await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(2 ** 20)));
      };
      response.on("drain", more);
      more();
    });
    expect(await messageOf("fashion-mnist:test")).toContain(
      "could not be downloaded (more than 7840016 bytes)",
    );
  });

  it("is given up when the connection breaks", async () => {
    await serve((_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(gzipSync(counting(100)).subarray(0, 50), () => response.destroy());
    });
    expect(await messageOf()).toMatch(/could not be downloaded \(.+\)/);
  });

  it("says what the server answered", async () => {
    await serve((_, response) => response.writeHead(404).end());
    const message = await messageOf();
    expect(message).toBe(
      `fashion-mnist: train-images-idx3-ubyte could not be downloaded (the server answered 404). ${advice}`,
    );
  });

  it("says that the server cannot be reached", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    for (const url of [`http://127.0.0.1:${port}`, "http://no-such-host.invalid", "not a url"]) {
      vi.stubEnv("VAEKIT_FASHION_MNIST_URL", url);
      const message = await messageOf();
      expect(message).toMatch(/^fashion-mnist: train-images-idx3-ubyte could not be downloaded \(.+\)/);
      expect(message).toContain(advice);
    }
  });
});
