import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestOptions, request } from "node:http";
import { connect } from "node:net";
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
    "assets/x.wasm": "\0asm\x01\0\0\0",
    "map/a b.png": "png",
  });

async function shown(place: string, { host = "127.0.0.1", cors = false } = {}) {
  const preview = await startPreview(previewTarget(place), { host, port: 0, tries: 0, cors });
  onTestFinished(() => preview.close());
  return {
    ...preview,
    get: (path: string, init?: RequestInit) => fetch(new URL(path, preview.url), init),
    /** A request for the path as it is, which `fetch` would tidy. */
    ask: async (path: string, options: RequestOptions = {}) => {
      const asked = request({ host: "127.0.0.1", port: preview.port, path, agent: false, ...options }).end();
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) };
    },
  };
}

describe("a preview", () => {
  it("serves the page and its files as a good host does", async () => {
    const { url, get } = await shown(site());
    expect(url).toMatch(/^http:\/\/localhost:\d+\/$/);
    const page = await get("");
    expect(await page.text()).toContain("A site");
    expect(Object.fromEntries(page.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    });
    const types = {
      "assets/main.js": "text/javascript; charset=utf-8",
      "assets/x.wasm": "application/wasm",
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

  it("answers 404 in plain text, and only to reading", async () => {
    const { get } = await shown(site());
    const missing = await get("none.js");
    expect([missing.status, missing.headers.get("content-type")]).toEqual([404, "text/plain; charset=utf-8"]);
    expect((await get("", { method: "POST", body: "x" })).status).toBe(405);
  });

  it("lets no page of another origin read anything, unless it is told to", async () => {
    const place = site();
    const [own, open] = [await shown(place), await shown(place, { cors: true })];
    const policy = async ({ ask }: typeof own, host?: string) => {
      const { status, headers } = await ask("/", {
        headers: { origin: "https://elsewhere.example", ...(host && { host }) },
      });
      return [status, headers["access-control-allow-origin"], headers["cross-origin-resource-policy"]];
    };
    expect(await policy(own)).toEqual([200, undefined, "same-origin"]);
    expect(await policy(open)).toEqual([200, "*", "cross-origin"]);
    // Its own name for this machine's address would make it the same origin.
    expect(await policy(own, `elsewhere.example:${own.port}`)).toEqual([403, undefined, "same-origin"]);
    expect(await policy(own, `LOCALHOST:${own.port}`)).toEqual([200, undefined, "same-origin"]);
    const everywhere = await shown(place, { host: "0.0.0.0" });
    expect(await policy(everywhere, `my-machine:${everywhere.port}`)).toEqual([
      200,
      undefined,
      "same-origin",
    ]);
  });

  it("serves nothing outside the folder, and nothing hidden in it", async () => {
    const parent = folder({
      "secret.txt": "secret",
      "beside/secret.txt": "secret",
      "site/index.html": "A site",
      "site/.env": "secret",
      "site/.git/config": "secret",
      "site/sub/.key": "secret",
      "site/map/a.txt": "public",
    });
    const place = join(parent, "site");
    symlinkSync(join(parent, "beside"), join(place, "away"), "dir");
    symlinkSync(join(parent, "secret.txt"), join(place, "linked.txt"));
    symlinkSync(join(place, ".env"), join(place, "shown.txt"));
    symlinkSync(join(place, "map"), join(place, "charts"), "dir");
    const { ask } = await shown(place);
    for (const path of [
      "/../secret.txt",
      "/..%2Fsecret.txt",
      "/%2e%2e/secret.txt",
      "/map/../../secret.txt",
      "/..%5csecret.txt",
      "//secret.txt",
      "//",
      `//localhost/..${parent}/secret.txt`,
      `${parent}/secret.txt`,
      "/.env",
      "/%2eenv",
      "/%252eenv",
      "/.git/config",
      "/sub/.key",
      "/away/secret.txt",
      "/linked.txt",
      "/shown.txt",
      "/%00",
      "/index.html%00.txt",
      "/%zz",
      "*",
    ]) {
      const { status, body } = await ask(path);
      expect({ path, status, told: body.includes("secret") }).toEqual({ path, status: 404, told: false });
    }
    expect((await ask("/linked.txt")).body).toMatch(/link to outside of the folder/);
    expect((await ask("/charts/a.txt")).body).toBe("public");
    expect((await ask("/map/../map/a.txt?x=..")).status).toBe(404);
  });

  it("goes on where the folder itself is a link, and is replaced", async () => {
    const parent = folder({ "one/index.html": "one", "two/index.html": "two" });
    const place = join(parent, "current");
    symlinkSync(join(parent, "one"), place, "dir");
    const { ask } = await shown(place);
    expect((await ask("/")).body).toBe("one");
    symlinkSync(join(parent, "two"), join(parent, "next"), "dir");
    renameSync(join(parent, "next"), place);
    expect((await ask("/")).body).toBe("two");
    rmSync(place);
    expect((await ask("/")).status).toBe(404);
  });

  it("leads from a folder's name to its page", async () => {
    const { ask } = await shown(folder({ "index.html": "", "a b/index.html": "inner", "none/x.txt": "" }));
    const { status, headers } = await ask("/a%20b");
    expect([status, headers.location]).toEqual([302, "./a%20b/"]);
    expect((await ask("/a%20b/")).body).toBe("inner");
    expect((await ask("/none/")).status).toBe(404);
  });

  it("answers HEAD with the same headers and nothing else", async () => {
    const { ask } = await shown(site());
    const { date: _, ...got } = (await ask("/model/decoder.onnx")).headers;
    const { status, headers, body } = await ask("/model/decoder.onnx", { method: "HEAD" });
    expect({ status, body }).toEqual({ status: 200, body: "" });
    expect(headers).toMatchObject(got);
    expect(headers["content-length"]).toBe("8000");
    expect((await ask("/none", { method: "HEAD" })).status).toBe(404);
  });

  it.each([
    ["bytes=0-9", 206, [0, 9]],
    ["bytes=1000-3999", 206, [1000, 3999]],
    ["bytes=4995-", 206, [4995, 4999]],
    ["bytes=4995-9000", 206, [4995, 4999]],
    ["bytes=-3", 206, [4997, 4999]],
    ["bytes=-9000", 206, [0, 4999]],
    ["bytes=5000-", 416, null],
    ["bytes=-0", 416, null],
    ["bytes=5-2", 200, null],
    ["bytes=0-1,5-6", 200, null],
    ["lines=1-2", 200, null],
  ] as const)("answers the range %s with %d", async (range, expected, ends) => {
    const all = "0123456789".repeat(500);
    const { get } = await shown(folder({ "index.html": "", "x.npy": all, "empty.npy": "" }));
    const answer = await get("/x.npy", { headers: { range, "accept-encoding": "gzip" } });
    expect(answer.status).toBe(expected);
    const said = ends ? `bytes ${ends.join("-")}/5000` : expected === 416 ? "bytes */5000" : null;
    expect(answer.headers.get("content-range")).toBe(said);
    expect(await answer.text()).toBe(ends ? all.slice(ends[0], ends[1] + 1) : expected === 416 ? "" : all);
    expect(await (await get("/empty.npy")).text()).toBe("");
  });

  it("says in its help what opens it to others", async () => {
    const { stdout } = await vaekitHere(["preview", "--help"], temporaryDirectory());
    expect(stdout).toMatch(/--cors\s+let pages of other origins\s+read the files/);
  });

  it("shows a page that is one file, and nothing beside it", async () => {
    const place = folder({ "my page.html": "<title>One</title>", "diary.txt": "private" });
    const { url, get, ask } = await shown(join(place, "my page.html"));
    expect(url).toMatch(/\/my%20page\.html$/);
    expect(await (await fetch(url)).text()).toContain("One");
    expect(await (await get("/")).text()).toContain("One");
    for (const path of ["/diary.txt", "/../diary.txt", "/my%20page.html/", "//"])
      expect({ path, status: (await ask(path)).status }).toEqual({ path, status: 404 });
  });

  it("opens the only page of a folder without index.html", async () => {
    const { url } = await shown(
      folder({ "snippet.html": "<title>x</title>", ".old.html": "", "vae-decoder.js": "" }),
    );
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

  it("prints its address, and ends quietly at Ctrl-C, in the middle of a download too", async () => {
    const place = site();
    writeFileSync(join(place, "model/large.png"), Buffer.alloc(64e6));
    const child = spawn(process.execPath, [main, "preview", place, "--port", "0", "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const stderr = text(child.stderr);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const { url, site: said } = JSON.parse(line.toString());
    expect(said).toBe(place);
    expect(await (await fetch(url)).text()).toContain("A site");
    const silent = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
    const asked = request(new URL("model/large.png", url), { agent: false }).end();
    const [download] = (await once(asked, "response")) as [IncomingMessage];
    const broken = new Promise((resolve) => download.on("error", () => {}).once("close", resolve));
    await once(download, "readable");
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect({ code, stderr: await stderr }).toEqual({ code: 0, stderr: "" });
    download.resume();
    await broken;
    expect(download.complete).toBe(false);
    silent.destroy();
  });

  it("goes on after a browser that left in the middle of a download, and after a file that cannot be read", async () => {
    const place = site();
    writeFileSync(join(place, "model/large.png"), Buffer.alloc(16e6));
    const { ask, port } = await shown(place);
    const asked = request({ host: "127.0.0.1", port, path: "/model/large.png", agent: false }).end();
    const [download] = (await once(asked, "response")) as [IncomingMessage];
    download.on("error", () => {}).destroy();
    rmSync(join(place, "model/large.png"));
    mkdirSync(join(place, "model/large.png"));
    expect((await ask("/model/large.png/")).status).toBe(404);
    expect((await ask("/")).body).toContain("A site");
  });
});
