/// <reference path="./compression.d.ts" />
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import compression from "compression";
import sirv from "sirv";
import { listen } from "./listen.js";
import type { Target } from "./target.js";

export interface Preview {
  /** Of the page. */
  url: string;
  port: number;
  close(): Promise<void>;
}

export interface PreviewOptions {
  host: string;
  /** 0 for any that is free. */
  port: number;
  /** How many ports above are tried where one is taken. */
  tries: number;
}

/** As a host that does all for such a page would send it: isolated for threads, readable from elsewhere, never a stale copy. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Access-Control-Allow-Origin": "*",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};
/** Types that the table of common ones lacks. */
const binary = /\.(onnx|safetensors|npy)$/;
const packed = /\.(png|gif|jpe?g|webp|zip)$/;

/** Serve a folder, or one page. @throws DataError where the port or the address cannot be had */
export async function startPreview(target: Target, options: PreviewOptions): Promise<Preview> {
  const files = sirv(target.folder, {
    dev: true,
    etag: true,
    dotfiles: true,
    onNoMatch: (_, response) => refuse(response, 404, "not found"),
    setHeaders: (response, pathname) => {
      if (binary.test(pathname)) response.setHeader("Content-Type", "application/octet-stream");
    },
  });
  const compress = compression({ filter: ({ url = "" }) => !packed.test(url.replace(/\?.*/, "")) });
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== "GET" && request.method !== "HEAD")
      return refuse(response, 405, "only GET and HEAD");
    if (!serves(target, request)) return refuse(response, 404, "not found");
    compress(request, response, () => files(request, response));
  });
  const port = await listen(server, options);
  const shown = /^(0\.0\.0\.0|::|127\.0\.0\.1)$/.test(options.host) ? "localhost" : options.host;
  return {
    url: `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}/${encodeURIComponent(target.page)}`,
    port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Beside a page that is one file lies what is nobody's business; the address without a name is its own. */
function serves({ only }: Target, request: IncomingMessage): boolean {
  if (only === null) return true;
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  if (path === "/") request.url = `/${encodeURIComponent(only)}`;
  return path === "/" || path === `/${encodeURIComponent(only)}`;
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${why}\n`);
}
