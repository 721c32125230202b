import { RandomStream } from "@vaekit/infer";
import { type ServeOptions, type Serving, serve } from "@vaekit/serve";
import { onTestFinished } from "vitest";

/** A server on a free port until the test ends. */
export async function serving(sources: string | string[], options: ServeOptions = {}): Promise<Serving> {
  const server = await serve(sources, { port: 0, reload: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects of it
  json: any;
}

export async function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return answerOf(await fetch(url, { headers }));
}

export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const bytes =
    body instanceof Uint8Array ? Buffer.from(body) : typeof body === "string" ? body : JSON.stringify(body);
  return answerOf(await fetch(url, { method: "POST", body: bytes, headers }));
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : text };
}

/** A request of the protocol with its tensors as bytes behind the JSON. */
export function binaryRequest(
  inputs: readonly {
    name: string;
    datatype: string;
    shape: readonly number[];
    data: Uint8Array | Float32Array;
  }[],
  rest: object = {},
): { body: Buffer; headers: Record<string, string> } {
  const json = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(({ data, ...input }) => ({
        ...input,
        parameters: { binary_data_size: data.byteLength },
      })),
      ...rest,
    }),
  );
  const parts = inputs.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return {
    body: Buffer.concat([json, ...parts]),
    headers: {
      "inference-header-content-length": `${json.length}`,
      "content-type": "application/octet-stream",
    },
  };
}

/** Codes, standard normal, [rows, latent] */
export function codes(rows: number, latent: number, seed = 1): Float32Array {
  return new RandomStream(seed, "sample").normal(new Float32Array(rows * latent));
}
