import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, it, vi } from "vitest";
import { latent, smallBundle } from "../infer/small-bundle.ts";
import { codes, get, post, serving } from "./support.ts";

const bundle = smallBundle();
const source = `bars=${bundle.directory}`;

it("counts what it does", async () => {
  const { url } = await serving(source);
  await post(`${url}/bars/decode`, { z: Array.from(codes(3, latent)) });
  await post(`${url}/bars/decode`, "{");
  await get(`${url}/no-such-place`);
  const { json, headers } = await get(`${url}/metrics`);
  expect(headers.get("content-type")).toMatch(/^text\/plain/);
  const lines = (json as string).split("\n");
  for (const line of [
    'vaekit_http_requests_total{method="POST",route="/bars/decode",status="200"} 1',
    'vaekit_http_requests_total{method="POST",route="/bars/decode",status="400"} 1',
    'vaekit_http_requests_total{method="GET",route="none",status="404"} 1',
    'vaekit_http_request_seconds_count{route="/bars/decode"} 2',
    'vaekit_batch_rows_sum{bundle="bars",graph="decoder"} 3',
    'vaekit_batch_requests_count{bundle="bars",graph="decoder"} 1',
    "vaekit_queue_rows 0",
    "vaekit_queue_limit_rows 1024",
  ]) {
    expect(lines).toContain(line);
  }
  expect(json).toMatch(/^vaekit_bundle_load_seconds\{bundle="bars"\} 0\.\d+$/m);
  expect(json).toMatch(/^process_resident_memory_bytes \d+$/m);
});

it("documents its routes with the bundle's own shapes, on a page too", async () => {
  const { url } = await serving(source);
  const { json: document } = await get(`${url}/openapi.json`);
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(["/v2", "/v2/models/{name}/infer", "/bars/encode", "/bars/sample.png"]),
  );
  for (const [path, operations] of Object.entries<
    Record<string, { parameters?: { in: string; name: string }[] }>
  >(document.paths)) {
    for (const { parameters = [] } of Object.values(operations)) {
      const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
      expect({ path, inPath }).toEqual({
        path,
        inPath: Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name),
      });
    }
  }
  const { properties } = document.paths["/bars/encode"].post.requestBody.content["application/json"].schema;
  let pixels = properties.x;
  const lengths: (number | undefined)[] = [];
  for (; pixels.type === "array"; pixels = pixels.items) lengths.push(pixels.maxItems);
  expect(lengths).toEqual([undefined, 6, 5, 1]);
  expect(pixels).toMatchObject({ type: "integer", maximum: 255 });
  const page = await get(`${url}/docs`);
  expect(page.status).toBe(200);
  expect(page.json).toMatch(/swagger-ui/);
  const scripts = Array.from((page.json as string).matchAll(/(?:src|href)="([^"]+)"/g), ([, path]) => path!);
  expect(scripts.length).toBeGreaterThan(2);
  for (const path of scripts) {
    expect(path).not.toMatch(/^https?:|^\/\//);
    expect((await fetch(new URL(path, `${url}/docs/`))).status).toBe(200);
  }
});

it("closes twice, and after it nobody listens", async () => {
  const server = await serving(source);
  await Promise.all([server.close(), server.close()]);
  await expect(fetch(`${server.url}/v2`)).rejects.toThrow();
});

it("while it stops it is alive and not ready, and closes each connection that asks", async () => {
  const server = await serving(source);
  const open = async () => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1").setEncoding("utf8");
    socket.write("GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    return socket;
  };
  const ask = async (socket: Socket, path: string) => {
    let answer = "";
    socket.on("data", (text) => {
      answer += text;
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await once(socket, "close");
    return answer;
  };
  const sockets = [await open(), await open()] as const;
  const closed = server.close();
  await vi.waitFor(() => expect(fetch(`${server.url}/v2`)).rejects.toThrow());
  const [ready, live] = await Promise.all([
    ask(sockets[0], "/v2/health/ready"),
    ask(sockets[1], "/v2/health/live"),
  ]);
  await closed;
  expect(ready).toMatch(/^HTTP\/1.1 503 [\s\S]*connection: close\r\n[\s\S]*\{"ready":false\}/i);
  expect(live).toMatch(/^HTTP\/1.1 200 [\s\S]*connection: close\r\n[\s\S]*\{"live":true\}/i);
});
