import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { startPreview } from "../../packages/cli/src/preview/server.ts";
import { previewTarget } from "../../packages/cli/src/preview/target.ts";
import { temporaryDirectory } from "../support/data.ts";
import { vaekitHere } from "./in-process.ts";
import { main } from "./run.ts";

function folder(files: Record<string, string>): string {
  const place = temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(place, path, ".."), { recursive: true });
    writeFileSync(join(place, path), content);
  }
  return place;
}

const site = () =>
  folder({
    "index.html": "<!doctype html><title>A site</title>",
    "assets/main.js": "export const long = 1;\n".repeat(500),
    "model/decoder.onnx": "weights ".repeat(1000),
    "runtime/x.wasm": "\0asm\x01\0\0\0",
    "map/a b.png": "png",
  });

async function shown(place: string) {
  const preview = await startPreview(previewTarget(place), { host: "127.0.0.1", port: 0, tries: 0 });
  onTestFinished(() => preview.close());
  return { ...preview, get: (path: string, init?: RequestInit) => fetch(new URL(path, preview.url), init) };
}

describe("a preview", () => {
  it("serves the page and its files as a good host does", async () => {
    const { url, get } = await shown(site());
    expect(url).toMatch(/^http:\/\/localhost:\d+\/$/);
    const page = await get("");
    expect(await page.text()).toContain("A site");
    expect(Object.fromEntries(page.headers)).toMatchObject({
      "content-type": "text/html;charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "access-control-allow-origin": "*",
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    });
    const types = {
      "assets/main.js": "text/javascript",
      "runtime/x.wasm": "application/wasm",
      "map/a%20b.png": "image/png",
      "model/decoder.onnx": "application/octet-stream",
    };
    for (const [path, type] of Object.entries(types)) {
      const answer = await get(path);
      expect({ path, status: answer.status, type: answer.headers.get("content-type") }).toEqual({
        path,
        status: 200,
        type,
      });
      await answer.arrayBuffer();
    }
  });

  it("compresses what can be, and answers 304 to who has it", async () => {
    const { get } = await shown(site());
    const script = await get("assets/main.js", { headers: { "accept-encoding": "gzip" } });
    expect(script.headers.get("content-encoding")).toBe("gzip");
    expect(await script.text()).toBe("export const long = 1;\n".repeat(500));
    const model = await get("model/decoder.onnx", { headers: { "accept-encoding": "gzip" } });
    expect(model.headers.get("content-encoding")).toBe("gzip");
    const etag = (await get("")).headers.get("etag")!;
    expect((await get("", { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("shows what was changed since at the next request", async () => {
    const place = site();
    const { get } = await shown(place);
    await (await get("")).text();
    writeFileSync(join(place, "index.html"), "<title>Another one</title>");
    expect(await (await get("")).text()).toContain("Another one");
  });

  it("answers 404 in plain text, nothing outside the folder, and only to reading", async () => {
    const place = site();
    writeFileSync(join(place, "..", `secret-${process.pid}.txt`), "secret");
    const { get, port } = await shown(place);
    const missing = await get("none.js");
    expect([missing.status, missing.headers.get("content-type")]).toEqual([404, "text/plain; charset=utf-8"]);
    for (const path of [`/..%2Fsecret-${process.pid}.txt`, "/%2e%2e/%2e%2e/etc/passwd", "/%00", "/%zz"]) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      expect({ path, status: answer.status }).toEqual({ path, status: 404 });
    }
    expect((await get("", { method: "POST", body: "x" })).status).toBe(405);
  });

  it("shows a page that is one file, and nothing beside it", async () => {
    const place = folder({ "my page.html": "<title>One</title>", "diary.txt": "private" });
    const { url, get } = await shown(join(place, "my page.html"));
    expect(url).toMatch(/\/my%20page\.html$/);
    expect(await (await fetch(url)).text()).toContain("One");
    expect(await (await get("/")).text()).toContain("One");
    expect((await get("/diary.txt")).status).toBe(404);
  });

  it("opens the only page of a folder without index.html", async () => {
    const { url } = await shown(folder({ "snippet.html": "<title>x</title>", "vae-decoder.js": "" }));
    expect(url).toMatch(/\/snippet\.html$/);
  });

  it("says so where the port is taken, and takes the next where none was asked for", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const target = previewTarget(site());
    const attempt = startPreview(target, { host: "127.0.0.1", port, tries: 0 });
    await expect(attempt).rejects.toThrow(`port ${port} is taken. Choose another: --port ${port + 1}`);
    const next = await startPreview(target, { host: "127.0.0.1", port, tries: 20 });
    onTestFinished(() => next.close());
    expect(next.port).toBeGreaterThan(port);
    const nowhere = startPreview(target, { host: "203.0.113.7", port: 0, tries: 0 });
    await expect(nowhere).rejects.toThrow(/--host 203\.0\.113\.7: not an address of this machine/);
  });

  it.each([
    ["nowhere", {}, /nowhere: there is no such folder.*vaekit deploy/],
    [
      "",
      { "notes.txt": "" },
      /there is no index\.html in it\. Give the folder that `vaekit deploy --out` wrote/,
    ],
    ["", { "vaekit.json": "{}" }, /there is no index\.html in it; it is a bundle/],
    ["a.txt", { "a.txt": "" }, /a\.txt: neither a folder nor an \.html file/],
  ])("refuses %j with what to do", async (name, files, message) => {
    const place = folder(files);
    const { code, stderr } = await vaekitHere(["preview", join(place, name)], place);
    expect(code).toBe(3);
    expect(stderr).toMatch(message);
  });

  it("prints its address, and ends quietly at Ctrl-C", async () => {
    const place = site();
    const child = spawn(process.execPath, [main, "preview", place, "--port", "0", "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const stderr = text(child.stderr);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const { url, site: said } = JSON.parse(line.toString());
    expect(said).toBe(place);
    expect(await (await fetch(url)).text()).toContain("A site");
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect({ code, stderr: await stderr }).toEqual({ code: 0, stderr: "" });
  });
});
