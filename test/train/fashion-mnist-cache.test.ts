import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DataError } from "@vaekit/infer";
import { namedData, openData } from "@vaekit/train";
import { expect, it, onTestFinished, vi } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { counting, idxBytes } from "./idx-files.ts";

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    existsSync: (path: string) => !path.startsWith("/usr/share/datasets/") && fs.existsSync(path),
  };
});

// The real files are 30 MB on another machine, so what comes is said to have the published sha256.
const published: Record<number, string> = {
  [16 + 3 * 784]: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
  [8 + 3]: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
};
vi.mock("node:crypto", async (original) => ({
  ...(await original<typeof import("node:crypto")>()),
  createHash: () => ({ update: (bytes: Uint8Array) => ({ digest: () => published[bytes.length] }) }),
}));

const images = idxBytes([3, 28, 28], counting(3 * 784));
const labels = idxBytes([3], Uint8Array.of(9, 2, 1));

/** A mirror with the test part; the list holds the paths that were asked for. */
async function mirror(): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url!);
    response.end(gzipSync(url!.includes("images") ? images : labels));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });
  vi.stubEnv("VAEKIT_FASHION_MNIST_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return asked;
}

it("a download that is what was published is kept, unpacked, and not asked for again", async () => {
  const asked = await mirror();
  const cache = temporaryDirectory();
  vi.stubEnv("XDG_CACHE_HOME", cache);
  const data = await openData("fashion-mnist:test");
  expect(data).toMatchObject({ name: "fashion-mnist", count: 3, shape: [28, 28, 1] });
  expect([...data.labels!]).toEqual([9, 2, 1]);
  const folder = join(cache, "vaekit", "fashion-mnist");
  expect(readdirSync(folder).sort()).toEqual(["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]);
  expect(namedData["fashion-mnist"]!.describe()).toBe(`${folder} (downloaded when first used)`);
  expect(await openData("fashion-mnist:test")).toEqual(data);
  expect(asked).toEqual(["/t10k-images-idx3-ubyte.gz", "/t10k-labels-idx1-ubyte.gz"]);
});

it("a cache that cannot be written is a DataError that says what to do", async () => {
  await mirror();
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  vi.stubEnv("XDG_CACHE_HOME", file);
  const error = await openData("fashion-mnist:test").catch((reason) => reason);
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).toContain(
    "cannot be written: a part of the path is a file, not a directory; choose another place.",
  );
});
