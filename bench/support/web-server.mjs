import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".png": "image/png",
};
/** What makes a page cross-origin isolated, which WebAssembly's threads need. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Serve folders on a free port of this machine: { "/model/": folder }, the longest prefix that fits. */
export async function serve(folders, { isolated = false } = {}) {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    requests.push(pathname);
    // Browsers ask for it of their own accord.
    if (pathname === "/favicon.ico") return response.writeHead(204).end();
    const prefix = prefixes.find((each) => pathname.startsWith(each));
    const rest = normalize(`/${decodeURIComponent(pathname.slice(prefix?.length ?? 0))}`);
    const path = prefix && join(folders[prefix], rest.endsWith("/") ? `${rest}index.html` : rest);
    const found = path && (await stat(path).catch(() => null));
    if (!found?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": types[extname(path)] ?? "application/octet-stream",
      "content-length": found.size,
      ...(isolated ? isolation : {}),
    });
    await pipeline(createReadStream(path), response).catch(() => {});
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://localhost:${server.address().port}`,
    /** Paths that were asked for, in their order. */
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
