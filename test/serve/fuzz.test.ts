import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { RandomStream } from "@vaekit/infer";
import { expect, it } from "vitest";
import { latent, smallBundle } from "../infer/small-bundle.ts";
import { type FuzzRequest, RequestFuzzer } from "./fuzz-requests.ts";
import { codes, post, serving } from "./support.ts";

const bundle = smallBundle();
const wellFormed = 9500;
const garbage = 500;
const atOnce = 8;

interface Answered {
  status: number;
  text: string;
  isJson: boolean;
}

function send(url: string, agent: Agent, { method, path, headers, body }: FuzzRequest): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const length = body ? { "content-length": `${body.length}` } : {};
    const request = httpRequest(
      { hostname, port, method, path, agent, headers: { ...headers, ...length } },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () =>
          resolve({
            status: response.statusCode!,
            text: Buffer.concat(parts).toString("latin1"),
            isJson: response.headers["content-type"]?.startsWith("application/json") ?? false,
          }),
        );
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** Bytes that are hardly HTTP: whatever comes back, the connection ends. */
function sendGarbage(url: string, bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.on("data", (part) => {
      answer += part.toString("latin1");
    });
    socket.on("error", () => resolve(answer));
    socket.on("close", () => resolve(answer));
  });
}

it("10,000 requests that are nearly right, or nothing at all: 2xx or 4xx with the reason, and it serves on", async () => {
  const bugs: string[] = [];
  const { url } = await serving(`bars=${bundle.directory}`, {
    note: (line) => bugs.push(line),
    requestTimeout: 5000,
    bodyLimit: 100_000,
  });
  const fuzzer = new RequestFuzzer(5, { pixels: [6, 5, 1], latent });
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const counts: Record<number, number> = {};
  const wrong: object[] = [];
  let left = wellFormed;
  const worker = async () => {
    while (left-- > 0) {
      const request = fuzzer.next();
      const { status, text, isJson } = await send(url, agent, request);
      counts[status] = (counts[status] ?? 0) + 1;
      const fine = status < 300 || (status === 302 && request.path.startsWith("/docs"));
      const refused =
        status >= 400 && status < 500 && (request.method === "HEAD" || (isJson && hasReason(text)));
      if (!fine && !refused) wrong.push({ ...request, body: request.body?.toString("latin1"), status, text });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  agent.destroy();
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(counts[200]).toBeGreaterThan(1000);
  expect(counts[400]).toBeGreaterThan(3000);

  const stream = new RandomStream(6, "sample");
  const start = Buffer.from(
    "POST /v2/models/bars.decoder/infer HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\n{",
  );
  for (let i = 0; i < garbage; i++) {
    const bytes = Buffer.from(start.subarray(0, 1 + stream.below(start.length)));
    for (let k = 0; k < 4; k++) bytes[stream.below(bytes.length)] = stream.below(256);
    const answer = await sendGarbage(url, bytes);
    expect(answer === "" || /^HTTP\/1.1 [124]\d\d /.test(answer), answer).toBe(true);
  }
  expect(bugs).toEqual([]);
  expect((await post(`${url}/decode`, { z: Array.from(codes(2, latent)) })).status).toBe(200);
});

function hasReason(text: string): boolean {
  const { error } = JSON.parse(text) as { error?: unknown };
  return typeof error === "string" && error.length > 0;
}
