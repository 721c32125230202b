import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach } from "vitest";
import { checkDeployment, type DeploymentReport } from "../../packages/cli/src/deployment/check-web.ts";
import { openSite } from "../../packages/cli/src/deployment/open-site.ts";

export interface File {
  body: Uint8Array | string;
  headers: Record<string, string>;
}
export type Files = Map<string, File>;
export type Damage = (files: Files) => void;

export const runtimeFolder = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
export const wasmName = "ort-wasm-simd-threaded.wasm";
export const page = '<!doctype html><title>digits</title><script type="module" src="app.js"></script>';
export const isolated = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

let packed: Uint8Array | null = null;

/** A deployment with nothing to be said against it. */
export function healthySite(bundle: string, app: string): Files {
  packed ??= gzipSync(readFileSync(join(runtimeFolder, wasmName)), { level: 1 });
  const files: Files = new Map();
  const put = (path: string, body: Uint8Array | string, type: string, more: Record<string, string> = {}) =>
    files.set(path, { body, headers: { ...isolated, "content-type": type, etag: '"1"', ...more } });
  put("/", page, "text/html; charset=utf-8");
  put("/app.js", app, "text/javascript");
  put(`/${wasmName}`, packed, "application/wasm", { "content-encoding": "gzip" });
  for (const path of filesOf(bundle)) {
    put(`/models/digits/${path}`, readFileSync(join(bundle, path)), "application/octet-stream");
  }
  return files;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

const servers: Server[] = [];

/** Closed when the test ends. Gives the address of the page. */
export async function serve(files: Files, fallback?: File): Promise<string> {
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url!, "http://x").pathname) ?? fallback;
    response.writeHead(file ? 200 : 404, file?.headers ?? {}).end(file?.body ?? "not here");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

export function stopServers(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}
afterEach(stopServers);

export function header(path: string, name: string, value: string | null): Damage {
  return (files) => {
    const { headers } = files.get(path)!;
    delete headers[name];
    if (value !== null) headers[name] = value;
  };
}

export function everyHeader(name: string, value: string | null): Damage {
  return (files) => {
    for (const path of files.keys()) header(path, name, value)(files);
  };
}

export function body(path: string, change: (body: Buffer) => Uint8Array | string): Damage {
  return (files) => {
    const file = files.get(path)!;
    file.body = change(Buffer.from(file.body));
  };
}

export function gone(path: string): Damage {
  return (files) => files.delete(path);
}

export function policy(text: string): Damage {
  return header("/", "content-security-policy", text);
}

export function check(target: string, bundles?: string[]): Promise<DeploymentReport> {
  return checkDeployment(target, openSite(target), bundles);
}

export function notOk({ findings }: DeploymentReport) {
  return findings.filter(({ level }) => level !== "ok");
}
