import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { BundleError } from "@vaekit/infer";
import { expect, onTestFinished } from "vitest";
import type { BundleCache } from "../../packages/infer/src/bundle/cache.ts";

/** Served at http://127.0.0.1:port until the test ends, or until `close`. */
export async function serve(listener: RequestListener) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url!);
    listener(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, port, seen, close };
}

/** Answers with these files, by path without query; 404 for others. Changes to `files` are seen. */
export function filesListener(files: Record<string, Uint8Array | string>): RequestListener {
  return (request, response) => {
    const content = files[decodeURIComponent(request.url!.split("?")[0]!)];
    if (content === undefined) response.writeHead(404).end("none");
    else response.writeHead(200, { "content-length": Buffer.byteLength(content) }).end(content);
  };
}

export async function bundleErrorOf(work: () => unknown): Promise<BundleError> {
  const error = await (async () => work())().then(
    () => expect.fail("there was no error"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BundleError);
  return error as BundleError;
}

export function memoryCache(): BundleCache & { entries: Map<string, Uint8Array> } {
  const entries = new Map<string, Uint8Array>();
  return {
    entries,
    get: async (key) => entries.get(key) ?? null,
    put: async (key, bytes) => void entries.set(key, bytes),
    delete: async (key) => void entries.delete(key),
  };
}

export const text = (value: string) => new TextEncoder().encode(value);

/** Bytes that no compression makes much smaller. */
export function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
