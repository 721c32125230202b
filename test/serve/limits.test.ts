import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { smallBundle } from "../infer/small-bundle.ts";
import { get, post, serving } from "./support.ts";

const bundle = smallBundle();
const source = `bars=${bundle.directory}`;

/** All that a server says to these bytes until it closes the connection. */
function say(url: string, bytes: string | Uint8Array): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      answer += text;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

it("bodies beyond the limit, announced, in pieces, or packed: 413", async () => {
  const { url } = await serving(source, { bodyLimit: 1000 });
  const body = JSON.stringify({ z: Array(3000).fill(1) });
  const announced = await post(`${url}/decode`, body);
  expect(announced.status).toBe(413);
  expect(announced.json.error).toContain("limit of 1000 bytes");
  const pieces = await fetch(`${url}/decode`, {
    method: "POST",
    body: new Blob([body]).stream(),
    duplex: "half",
  } as RequestInit);
  expect(pieces.status).toBe(413);
  const packed = await post(`${url}/decode`, gzipSync(body), { "content-encoding": "gzip" });
  expect(packed.status).toBe(413);
  expect(packed.json.error).toContain("unpacked");
});

it.each([
  ["headers", "POST /decode HTTP/1.1\r\nHost: a\r\nX-Slow: "],
  ["a body", 'POST /decode HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"z":'],
])("clients that never send the rest of %s: 408", async (_, bytes) => {
  const { url } = await serving(source, { requestTimeout: 300 });
  const answer = await say(url, bytes);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('{"error":"the request did not arrive in time"}');
  expect((await get(`${url}/v2/health/live`)).status).toBe(200);
});

it.each([
  ["no HTTP", "hello\r\n\r\n", 400],
  ["a length that is none", "POST /decode HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400],
  ["HTTP/1.1 without Host", "GET /v2 HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
  ["an Expect that nobody knows", "POST /decode HTTP/1.1\r\nHost: a\r\nExpect: foo\r\n\r\n", 417],
  ["headers without end", `GET /v2 HTTP/1.1\r\nX: ${"a".repeat(40_000)}\r\n\r\n`, 431],
])("%s", async (_, bytes, status) => {
  const { url } = await serving(source);
  const answer = await say(url, bytes);
  expect(answer).toContain(`HTTP/1.1 ${status} `);
  expect(answer).toMatch(/\{"error":"[^"]+"\}$/);
});

it("a token is asked for by all but the health routes", async () => {
  const { url } = await serving(source, { token: "let-me-in" });
  for (const path of ["v2/health/live", "v2/health/ready"])
    expect((await get(`${url}/${path}`)).status).toBe(200);
  for (const path of [
    "v2",
    "v2/models/bars.decoder",
    "sample",
    "metrics",
    "docs",
    "openapi.json",
    "no-such-place",
  ]) {
    const { status, headers, json } = await get(`${url}/${path}`);
    expect({ path, status }).toEqual({ path, status: 401 });
    expect(headers.get("www-authenticate")).toContain("Bearer");
    expect(json.error).toContain("token");
  }
  const given = (authorization: string) => get(`${url}/v2`, { authorization });
  for (const wrong of [
    "Bearer",
    "Bearer let-me",
    "Bearer let-me-in-please",
    "Basic let-me-in",
    "let-me-in",
  ]) {
    expect((await given(wrong)).status, wrong).toBe(401);
  }
  expect((await given("Bearer let-me-in")).status).toBe(200);
  expect((await given("bearer let-me-in")).status).toBe(200);
});

it("says so where all may come in, and not where a token keeps them out", async () => {
  const notes: string[] = [];
  const note = (line: string) => notes.push(line);
  await serving(source, { host: "127.0.0.1", note });
  await serving(source, { host: "0.0.0.0", token: "secret", note });
  expect(notes).toEqual([]);
  await serving(source, { host: "0.0.0.0", note });
  expect(notes).toEqual([expect.stringMatching(/anyone who can reach 0.0.0.0 .* give it a token/)]);
});

it("logs where it is asked to, without the token", async () => {
  const lines: string[] = [];
  const { url } = await serving(source, { token: "secret", log: { write: (line) => lines.push(line) } });
  await get(`${url}/v2`, { authorization: "Bearer secret" });
  const logged = lines.map((line) => JSON.parse(line));
  expect(logged.filter(({ req }) => req?.url === "/v2")).toEqual([
    expect.objectContaining({ res: { statusCode: 200 }, responseTime: expect.any(Number) }),
  ]);
  expect(lines.join("")).not.toContain("secret");
});

it.each([
  [{ port: 70_000 }, /port must be an integer from 0 to 65535, got 70000/],
  [{ maxRows: 2000, queue: 10 }, /maxRows must be an integer from 1 to 10/],
  [{ batchWindow: -1 }, /batchWindow must be milliseconds/],
  [{ token: "two words" }, /token must be printable/],
  [{ maxBatch: 1.5 }, /maxBatch must be an integer/],
  [{ host: "" }, /host must not be empty/],
])("refuses the options %j", async (options, reason) => {
  await expect(serving(source, options)).rejects.toThrow(reason);
});

it.each([
  [[], /no bundle was given/],
  [["metrics=a"], /"metrics" cannot be a bundle's name/],
  [["a b=c"], /cannot be a bundle's name/],
  [["a="], /there is no directory/],
  [["x/a", "y/a"], /two bundles are called a/],
  [["no/such"], /no vaekit.json there/],
])("refuses the bundles %j", async (sources, reason) => {
  await expect(serving(sources)).rejects.toThrow(reason);
});

it("an address that is taken is an error, and leaves nothing behind", async () => {
  const { url } = await serving(source);
  await expect(serving(source, { port: Number(new URL(url).port) })).rejects.toThrow(
    /another program listens there/,
  );
});
