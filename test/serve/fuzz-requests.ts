import { RandomStream } from "@vaekit/infer";

export interface FuzzRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
}

/** Values that readers of JSON trip over. */
const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  2 ** 53,
  "",
  "x",
  "é\u0000",
  [],
  [[]],
  {},
  [null],
  "__proto__",
  { name: "x_mean" },
  Array(50).fill(7),
];
const oddWords = [
  "constructor",
  "__proto__",
  "toString",
  "binary_data_size",
  "data",
  "shape",
  "seed",
  "c",
  "z",
  "x",
];
const oddHeaders: readonly (readonly [string, string])[] = [
  ["inference-header-content-length", "-1"],
  ["inference-header-content-length", "5"],
  ["inference-header-content-length", "99999999999999999999"],
  ["content-encoding", "gzip"],
  ["content-encoding", "deflate"],
  ["content-encoding", "toString"],
  ["content-type", "image/png"],
  ["content-type", ";;;"],
  ["content-type", "multipart/form-data"],
  ["accept", "image/png"],
  ["expect", "100-continue"],
];
const oddPaths = [
  "/v2/models/%00/infer",
  "/v2/models/bars.decoder/versions/__proto__/infer",
  "/v2/models/..%2f..%2fetc/infer",
  "/v2/models/bars.decoder/versions/%F0%9F/infer",
  `/v2/models/${"a".repeat(300)}/infer`,
  "//v2//models",
  "/bars/encode/",
  "/docs/static/../../package.json",
  "/bars/sample?count=1e9",
  "/bars/sample?seed=9e99&temperature=Infinity",
  "/bars/sample.png?count=-0",
  "/bars/sample?c=1&__proto__[x]=1",
];

/** Requests that are nearly right, and some that are nothing at all, all from one seed. */
export class RequestFuzzer {
  private readonly stream: RandomStream;

  constructor(
    seed: number,
    private readonly shapes: { pixels: readonly number[]; latent: number },
  ) {
    this.stream = new RandomStream(seed, "sample");
  }

  next(): FuzzRequest {
    const request = this.valid();
    const changes = this.below(4);
    for (let i = 0; i < changes; i++) this.mutate(request);
    return request;
  }

  private valid(): FuzzRequest {
    const { pixels, latent } = this.shapes;
    const rows = 1 + this.below(3);
    const [input, shape, datatype, graph] = this.pick([
      ["x", [rows, ...pixels], "UINT8", "encoder"],
      ["x", [rows, ...pixels], "UINT8", "scorer"],
      ["z", [rows, latent], "FP32", "decoder"],
    ] as const);
    const count = shape.reduce((product, size) => product * size, 1);
    const numbers = Array.from({ length: count }, () =>
      datatype === "UINT8" ? this.below(256) : this.below(7) - 3,
    );
    const kind = this.below(3);
    if (kind === 0) {
      const path = this.pick(
        input === "x" ? ["/bars/encode", "/bars/score", "/bars/reconstruct"] : ["/bars/decode"],
      );
      return post(path, Buffer.from(JSON.stringify({ [input]: numbers })));
    }
    const path = `/v2/models/bars.${graph}/infer`;
    const tensor = { name: input, shape, datatype };
    if (kind === 1)
      return post(path, Buffer.from(JSON.stringify({ id: "a", inputs: [{ ...tensor, data: numbers }] })));
    const bytes =
      datatype === "UINT8" ? Uint8Array.from(numbers) : new Uint8Array(Float32Array.from(numbers).buffer);
    const json = Buffer.from(
      JSON.stringify({
        inputs: [{ ...tensor, parameters: { binary_data_size: bytes.length } }],
        parameters: { binary_data_output: this.below(2) === 0 },
      }),
    );
    const request = post(path, Buffer.concat([json, bytes]));
    request.headers["inference-header-content-length"] = `${json.length}`;
    return request;
  }

  private mutate(request: FuzzRequest): void {
    const { body = Buffer.alloc(0) } = request;
    this.pick<() => void>([
      () => {
        request.body = this.changeJson(body);
      },
      () => {
        request.body = this.changeJson(body);
      },
      () => {
        request.body = body.subarray(0, this.below(body.length + 1));
      },
      () => {
        const changed = Buffer.from(body);
        for (let i = 0; i < 3; i++) changed[this.below(changed.length + 1)] = this.below(256);
        request.body = changed;
      },
      () => {
        request.body = Buffer.from(Uint8Array.from({ length: this.below(200) }, () => this.below(256)));
      },
      () => {
        const [name, value] = this.pick(oddHeaders);
        request.headers[name] = value;
      },
      () => {
        request.path = this.pick(oddPaths);
      },
      () => {
        request.method = this.pick(["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]);
        delete request.body;
      },
    ])();
  }

  /** Another value, key, or length at some place of the JSON. */
  private changeJson(body: Buffer): Buffer {
    let value: unknown;
    const text = body.toString("latin1");
    try {
      value = JSON.parse(text);
    } catch {
      return Buffer.concat([body, Buffer.from(this.pick(["]", "}", ",", '"', "[[[[", "1e999"]))]);
    }
    return Buffer.from(JSON.stringify(this.change(value)) ?? "");
  }

  private change(value: unknown): unknown {
    if (typeof value !== "object" || value === null || this.below(4) === 0) return this.pick(oddValues);
    if (Array.isArray(value)) {
      if (value.length === 0) return [this.pick(oddValues)];
      const copy = [...value];
      const at = this.below(copy.length);
      const action = this.below(3);
      if (action === 0) copy.splice(at, 1);
      else if (action === 1) copy.push(copy[at]);
      else copy[at] = this.change(copy[at]);
      return copy;
    }
    const entries = Object.entries(value);
    if (entries.length === 0 || this.below(5) === 0)
      entries.push([this.pick(oddWords), this.pick(oddValues)]);
    else {
      const entry = entries[this.below(entries.length)]!;
      if (this.below(6) === 0) entry[0] = this.pick(oddWords);
      else entry[1] = this.change(entry[1]);
    }
    return Object.fromEntries(entries);
  }

  private below(limit: number): number {
    return this.stream.below(limit);
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}

function post(path: string, body: Buffer): FuzzRequest {
  return { method: "POST", path, headers: {}, body };
}
