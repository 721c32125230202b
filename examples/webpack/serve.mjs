// node serve.mjs [port]: this folder on http://localhost:8080/, for this machine alone.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
// WebAssembly's threads need a cross-origin isolated page: the production server must send these too.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const server = createServer(async ({ url }, response) => {
  try {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    const name = path.endsWith("/") ? `${path}index.html` : path;
    const bytes = await readFile(join(import.meta.dirname, name));
    response.writeHead(200, {
      ...headers,
      "Content-Type": types[extname(name)] ?? "application/octet-stream",
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
});
server.on("error", ({ message }) => {
  console.error(message);
  process.exit(1);
});
const port = Number(process.argv[2] ?? 8080);
server.listen(port, "127.0.0.1", () => console.log(`http://localhost:${server.address().port}/`));
