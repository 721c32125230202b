import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { pipeline } from "node:stream/promises";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".htm": "text/html; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
};

/** First and last byte. */
type Range = readonly [first: number, last: number];

/** Answer with a file, a part of it, or with that it has not changed; only the head where that was asked for. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { path, stats: { size, mtime } }: { path: string; stats: Stats },
): Promise<void> {
  const etag = `W/"${size.toString(16)}-${mtime.getTime().toString(16)}"`;
  response.setHeader("Cache-Control", "no-cache");
  response.setHeader("ETag", etag);
  response.setHeader("Last-Modified", mtime.toUTCString());
  response.setHeader("Accept-Ranges", "bytes");
  const had = request.headers["if-none-match"]?.split(",").map((each) => each.trim());
  if (had?.includes(etag) || had?.includes("*")) {
    response.writeHead(304).end();
    return;
  }
  const range = rangeOf(request, size);
  if (range === "none") {
    response.writeHead(416, { "Content-Range": `bytes */${size}` }).end();
    return;
  }
  const [first, last] = range ?? [0, size - 1];
  const file = await open(path);
  try {
    response.statusCode = range ? 206 : 200;
    response.setHeader("Content-Type", types[extname(path).toLowerCase()] ?? "application/octet-stream");
    response.setHeader("Content-Length", last - first + 1);
    if (range) response.setHeader("Content-Range", `bytes ${first}-${last}/${size}`);
    if (request.method === "HEAD" || size === 0) response.end();
    else await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

/** The one range that was asked for; null where it is the whole file, as for several ranges; "none" for a range outside the file. */
function rangeOf({ method, headers }: IncomingMessage, size: number): Range | "none" | null {
  const [, from, to] = headers.range?.match(/^bytes=(\d*)-(\d*)$/) ?? [];
  // What a range depends on would have to be the same byte for byte, which these tags do not say.
  if (method !== "GET" || headers["if-range"] !== undefined || !(from || to)) return null;
  if (!from) return Number(to) > 0 && size > 0 ? [Math.max(0, size - Number(to)), size - 1] : "none";
  const last = to ? Math.min(Number(to), size - 1) : size - 1;
  if (to && Number(to) < Number(from)) return null;
  return Number(from) < size ? [Number(from), last] : "none";
}
