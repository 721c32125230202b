/// <reference path="./compression.d.ts" />
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import compression from "compression";
import { findFile } from "./find-file.js";
import { listen } from "./listen.js";
import { sendFile } from "./send-file.js";
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
  /** Whether pages of other origins may read the files. Default false. */
  cors?: boolean;
}

/** As a host that does all for such a page would send it: isolated for threads, never a stale copy. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};
const forOthers = { "Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*" };
const forItself = { "Cross-Origin-Resource-Policy": "same-origin" };

const packed = /^image\/(?!svg)/;
const loopback = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i;

/** Serve a folder, or one page. @throws DataError where the port or the address cannot be had */
export async function startPreview(target: Target, options: PreviewOptions): Promise<Preview> {
  const { host, cors = false } = options;
  const all = Object.entries({ ...headers, ...(cors ? forOthers : forItself) });
  const compress = compression({
    filter: (_, response) =>
      !response.hasHeader("Content-Range") && !packed.test(`${response.getHeader("Content-Type")}`),
  });
  const server = createServer((request, response) => {
    for (const [name, value] of all) response.setHeader(name, value);
    if (request.method !== "GET" && request.method !== "HEAD")
      return refuse(response, 405, "only GET and HEAD");
    if (!cors && loopback.test(host) && !isLocal(request))
      return refuse(
        response,
        403,
        "this preview answers to localhost alone: start it with --host, or with --cors",
      );
    compress(request, response, () => {
      answer(target, request, response).catch((error) => fail(response, error));
    });
  });
  const port = await listen(server, options);
  const shown = /^(0\.0\.0\.0|::|127\.0\.0\.1)$/.test(host) ? "localhost" : host;
  return {
    url: `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}/${encodeURIComponent(target.page)}`,
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A page elsewhere can give its own name this machine's address, and would then be of the same origin. */
function isLocal({ headers: { host = "localhost" } }: IncomingMessage): boolean {
  return loopback.test(host.replace(/:\d+$/, ""));
}

async function answer(target: Target, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const found = await findFile(target, request.url ?? "/");
  if ("refused" in found) refuse(response, 404, found.refused);
  else if ("moved" in found) response.writeHead(302, { Location: found.moved }).end();
  else await sendFile(request, response, found);
}

/** What happened on the way to a file, such as that it may not be read, or that the browser has gone. */
function fail(response: ServerResponse, { code }: NodeJS.ErrnoException): void {
  if (response.headersSent || response.destroyed) response.destroy();
  else if (code === "ENOENT") refuse(response, 404, "not found");
  else refuse(response, 500, `it cannot be read (${code})`);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${why}\n`);
}
