import { gzipSync } from "node:zlib";
import { type Serving, serve } from "@vaekit/serve";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latent, smallBundle } from "../infer/small-bundle.ts";
import { binaryRequest, codes, get, post } from "./support.ts";

const bundle = smallBundle();
let server: Serving;
let models: string;
beforeAll(async () => {
  server = await serve(`bars=${bundle.directory}`, { port: 0, reload: 0, maxRows: 100 });
  models = `${server.url}/v2/models`;
});
afterAll(() => server.close());

const rows = 4;
const z = codes(rows, latent);
const decode = (rest: object = {}, input: object = {}) => ({
  inputs: [{ name: "z", datatype: "FP32", shape: [rows, latent], data: Array.from(z), ...input }],
  ...rest,
});

describe("what the server and its models are", () => {
  it("tells its name, extensions, health and models", async () => {
    expect((await get(`${server.url}/v2`)).json).toMatchObject({
      name: "vaekit",
      extensions: ["binary_tensor_data"],
    });
    expect((await get(`${server.url}/v2/health/live`)).json).toEqual({ live: true });
    expect((await get(`${server.url}/v2/health/ready`)).json).toEqual({ ready: true });
    const { version } = server.bundles[0]!;
    expect((await post(`${server.url}/v2/repository/index`, "{}")).json).toEqual(
      ["encoder", "decoder", "scorer"].map((graph) => ({
        name: `bars.${graph}`,
        version,
        state: "READY",
        reason: "",
      })),
    );
  });

  it("tells each graph's inputs and outputs, under its version too", async () => {
    const { version } = server.bundles[0]!;
    const metadata = (await get(`${models}/bars.decoder`)).json;
    expect(metadata).toEqual({
      name: "bars.decoder",
      versions: [version],
      platform: "onnx_onnxv1",
      inputs: [{ name: "z", datatype: "FP32", shape: [-1, latent] }],
      outputs: [
        { name: "x_mean", datatype: "FP32", shape: [-1, 6, 5, 1] },
        { name: "x_logits", datatype: "FP32", shape: [-1, 30] },
      ],
    });
    expect((await get(`${models}/bars.decoder/versions/${version}`)).json).toEqual(metadata);
    expect((await get(`${models}/bars.encoder/ready`)).json).toEqual({ name: "bars.encoder", ready: true });
    expect((await get(`${models}/bars.encoder`)).json.inputs).toEqual([
      { name: "x", datatype: "UINT8", shape: [-1, 6, 5, 1] },
    ]);
  });

  it.each(["bars", "bars.prior", "other.decoder", "__proto__", "%00", "bars.decoder/versions/1"])(
    "404 for the model %s",
    async (name) => {
      const { status, json } = await get(`${models}/${name}`);
      expect(status).toBe(404);
      expect(json.error).toMatch(/there is no model|has no version/);
    },
  );
});

describe("infer", () => {
  it("gives what the library gives, from flat and nested numbers", async () => {
    const vae = await bundle.load();
    const expected = await vae.decode(z);
    const nested = Array.from({ length: rows }, (_, i) =>
      Array.from(z.subarray(i * latent, (i + 1) * latent)),
    );
    for (const request of [decode(), decode({}, { data: nested })]) {
      const { status, json } = await post(`${models}/bars.decoder/infer`, request);
      expect(status).toBe(200);
      expect(json).toMatchObject({ model_name: "bars.decoder", model_version: server.bundles[0]!.version });
      expect(json).not.toHaveProperty("id");
      for (const { name, datatype, shape, data } of json.outputs) {
        expect({ datatype, shape }).toEqual({ datatype: "FP32", shape: expected[name]!.shape });
        expect(Float32Array.from(data)).toBeAllClose(expected[name]!.data, { rtol: 1e-5, atol: 1e-5 });
      }
    }
  });

  it("takes and gives bytes behind the JSON, and numbers in it, as asked", async () => {
    const vae = await bundle.load();
    const expected = await vae.decode(z);
    const { body, headers } = binaryRequest(
      [{ name: "z", datatype: "FP32", shape: [rows, latent], data: z }],
      {
        id: "one",
        outputs: [{ name: "x_logits" }, { name: "x_mean", parameters: { binary_data: true } }],
      },
    );
    const response = await fetch(`${models}/bars.decoder/infer`, {
      method: "POST",
      body: new Uint8Array(body),
      headers,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status, `${bytes}`).toBe(200);
    const length = Number(response.headers.get("inference-header-content-length"));
    const json = JSON.parse(bytes.subarray(0, length).toString());
    expect(json.id).toBe("one");
    expect(json.outputs.map((output: { name: string }) => output.name)).toEqual(["x_logits", "x_mean"]);
    expect(Float32Array.from(json.outputs[0].data)).toBeAllClose(expected.x_logits!.data, {
      rtol: 1e-5,
      atol: 1e-5,
    });
    const mean = new Float32Array(Uint8Array.from(bytes.subarray(length)).buffer);
    expect(json.outputs[1].parameters.binary_data_size).toBe(mean.byteLength);
    expect(mean).toBeAllClose(expected.x_mean.data, { rtol: 1e-5, atol: 1e-5 });
  });

  it("encodes bytes, and scores with the seed that is given", async () => {
    const vae = await bundle.load();
    const x = bundle.data.values.subarray(0, 3 * 30);
    const { body, headers } = binaryRequest([{ name: "x", datatype: "UINT8", shape: [3, 6, 5, 1], data: x }]);
    const { json } = await post(`${models}/bars.encoder/infer`, body, headers);
    const { mu } = await vae.encode(x);
    expect(Float32Array.from(json.outputs[0].data)).toBeAllClose(mu.data, { rtol: 1e-5, atol: 1e-6 });
    const score = async (seed?: number) => {
      const request = binaryRequest([{ name: "x", datatype: "UINT8", shape: [3, 6, 5, 1], data: x }], {
        parameters: { seed },
      });
      const answer = await post(`${models}/bars.scorer/infer`, request.body, request.headers);
      const outputs = answer.json.outputs as { name: string; data: number[] }[];
      return Float32Array.from(outputs.find(({ name }) => name === "elbo")!.data);
    };
    expect(await score(7)).toBeAllClose((await vae.score(x, { seed: 7 })).elbo.data, {
      rtol: 1e-5,
      atol: 1e-4,
    });
    expect(await score()).toBeAllClose((await vae.score(x)).elbo.data, { rtol: 1e-5, atol: 1e-4 });
    expect(await score(7)).not.toEqual(await score());
  });

  it("unpacks compressed bodies", async () => {
    const packed = gzipSync(JSON.stringify(decode()));
    expect((await post(`${models}/bars.decoder/infer`, packed, { "content-encoding": "gzip" })).status).toBe(
      200,
    );
  });
});

const tensor = (rest: object) => decode({}, rest);
const refused: readonly [string, unknown, RegExp][] = [
  ["no JSON", "{", /not JSON/],
  ["no UTF-8", Uint8Array.of(0xff, 0xfe), /UTF-8/],
  ["nothing", "", /no body/],
  ["an array", [], /JSON object/],
  ["no inputs", {}, /inputs must be an array/],
  ["an input that is no object", { inputs: [1] }, /an object with a name/],
  ["no input", { inputs: [] }, /z is missing: z \[rows, 3\] FP32/],
  ["another name", tensor({ name: "x" }), /the model has z, there is no "x"/],
  ["an inherited name", tensor({ name: "constructor" }), /there is no "constructor"/],
  ["a name twice", { inputs: [decode().inputs[0], decode().inputs[0]] }, /the model has z/],
  ["another dtype", tensor({ datatype: "FP64" }), /datatype FP32 expected, got "FP64"/],
  ["no dtype", tensor({ datatype: undefined }), /datatype FP32 expected, got nothing/],
  ["another shape", tensor({ shape: [rows, 4] }), /z \[rows, 3\] FP32 expected, got the shape \[4,4\]/],
  ["no shape", tensor({ shape: undefined }), /got the shape nothing/],
  ["no rows", tensor({ shape: [0, latent], data: [] }), /got the shape \[0,3\]/],
  ["rows below none", tensor({ shape: [-1, latent] }), /got the shape \[-1,3\]/],
  ["half a row", tensor({ shape: [0.5, latent] }), /got the shape/],
  [
    "more numbers than it has",
    tensor({ shape: [90, latent], data: [1] }),
    /more than the body holds|elements expected/,
  ],
  ["too few numbers", tensor({ data: Array.from(z).slice(1) }), /12 elements expected, got 11/],
  [
    "uneven nesting",
    tensor({
      data: [
        [1, 2, 3],
        [1, 2],
        [1, 2, 3],
        [1, 2, 3],
      ],
    }),
    /arrays of 3 expected at depth 2/,
  ],
  ["numbers among rows", tensor({ data: [[1, 2, 3], 4, [1, 2, 3], [1, 2, 3]] }), /nested unevenly/],
  ["too deep", tensor({ data: [[[1, 2, 3]]] }), /arrays of 4 expected/],
  ["text for numbers", tensor({ data: Array.from(z, String) }), /element 0 must be a finite number/],
  ["null", tensor({ data: Array.from(z, () => null) }), /got null/],
  ["what float32 cannot hold", tensor({ data: Array.from(z, () => 1e39) }), /got 1e\+39/],
  ["infinity", JSON.stringify(tensor({})).replace(/"data":\[[^,]+/, '"data":[1e999'), /got Infinity/],
  ["no data", tensor({ data: undefined }), /neither data nor/],
  ["data that is no array", tensor({ data: "AAAA" }), /data must be an array/],
  ["data twice", tensor({ parameters: { binary_data_size: 48 } }), /both data and/],
  [
    "bytes without the header",
    tensor({ data: undefined, parameters: { binary_data_size: 48 } }),
    /no header/,
  ],
  [
    "shared memory",
    tensor({ parameters: { shared_memory_region: "a" } }),
    /no parameter "shared_memory_region"/,
  ],
  ["an unknown parameter", decode({ parameters: { seed: 1 } }), /no parameter "seed"/],
  ["parameters that are none", decode({ parameters: 1 }), /parameters must be an object/],
  ["an id that is no text", decode({ id: 1 }), /id must be a string/],
  ["an output it has not", decode({ outputs: [{ name: "y" }] }), /the model has x_mean, x_logits/],
  ["an output twice", decode({ outputs: [{ name: "x_mean" }, { name: "x_mean" }] }), /named twice/],
  ["outputs that are none", decode({ outputs: {} }), /outputs must be an array/],
  [
    "binary_data that is none",
    decode({ outputs: [{ name: "x_mean", parameters: { binary_data: 1 } }] }),
    /true or false/,
  ],
];

describe("refuses with the reason", () => {
  it.each(refused)("%s", async (_, request, reason) => {
    const { status, json } = await post(`${models}/bars.decoder/infer`, request);
    expect(json.error).toMatch(reason);
    expect(status).toBe(400);
  });

  const binary = (size: number, bytes: Float32Array, header?: string) => {
    const { body, headers } = binaryRequest([
      { name: "z", datatype: "FP32", shape: [rows, latent], data: bytes },
    ]);
    const text = body.subarray(0, Number(headers["inference-header-content-length"])).toString();
    const json = Buffer.from(text.replace(/"binary_data_size":\d+/, `"binary_data_size":${size}`));
    const data = body.subarray(text.length);
    return post(`${models}/bars.decoder/infer`, Buffer.concat([json, data]), {
      "inference-header-content-length": header ?? `${json.length}`,
    });
  };
  it.each<[string, () => ReturnType<typeof binary>, RegExp]>([
    ["a size that is not the shape's", () => binary(44, z), /takes 48 bytes, binary_data_size is 44/],
    ["a size below nothing", () => binary(-48, z), /takes 48 bytes/],
    [
      "fewer bytes than announced",
      () => binary(48, z.subarray(1)),
      /48 bytes of data expected, the body has 44/,
    ],
    ["bytes left over", () => binary(48, codes(rows + 1, latent)), /ends with 12 bytes/],
    [
      "a NaN",
      () =>
        binary(
          48,
          z.map(() => Number.NaN),
        ),
      /element 0 is NaN/,
    ],
    [
      "an infinity",
      () =>
        binary(
          48,
          z.map(() => Number.POSITIVE_INFINITY),
        ),
      /element 0 is Infinity/,
    ],
    ["a header beyond the body", () => binary(48, z, "100000"), /within the body's/],
    ["a header that is no number", () => binary(48, z, "twelve"), /got "twelve"/],
    ["a header amid the JSON", () => binary(48, z, "10"), /not JSON/],
  ])("%s", async (_, send, reason) => {
    const { status, json } = await send();
    expect(json.error).toMatch(reason);
    expect(status).toBe(400);
  });

  it("an answer that JSON cannot hold, which bytes can", async () => {
    const data = Array.from(z, () => 3e38);
    const asJson = await post(`${models}/bars.decoder/infer`, tensor({ data }));
    expect(asJson.status).toBe(422);
    expect(asJson.json.error).toMatch(/beyond what float32 can compute/);
    const asBytes = await post(
      `${models}/bars.decoder/infer`,
      decode({ parameters: { binary_data_output: true } }, { data }),
    );
    expect(asBytes.status).toBe(200);
  });

  it("more rows than a request may have, before it looks for them", async () => {
    const { status, json } = await post(`${models}/bars.decoder/infer`, tensor({ shape: [2 ** 40, latent] }));
    expect(status).toBe(413);
    expect(json.error).toContain("a request may have at most 100");
  });

  it("bodies that are not packed as they say", async () => {
    const send = (encoding: string) =>
      post(`${models}/bars.decoder/infer`, decode(), { "content-encoding": encoding });
    expect((await send("gzip")).status).toBe(400);
    expect((await send("br")).status).toBe(415);
    expect((await send("constructor")).status).toBe(415);
  });
});
