import { toPng } from "@vaekit/infer/node";
import { type Serving, serve } from "@vaekit/serve";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportedVae, labelledBars } from "../infer/export-small.ts";
import { latent, smallBundle } from "../infer/small-bundle.ts";
import { codes, get, post, serving } from "./support.ts";

const bundle = smallBundle();
const data = labelledBars(64);
const labelled = exportedVae(
  data,
  { condition: { kind: "labels", classes: 6 } },
  { conditions: data.labels },
);
let server: Serving;
beforeAll(async () => {
  server = await serve([`bars=${bundle.directory}`, `labelled=${labelled.directory}`], {
    port: 0,
    reload: 0,
  });
});
afterAll(() => server.close());

const rows = 3;
const x = bundle.data.values.subarray(0, rows * 30);
const pixels = Array.from(x);
const near = { rtol: 1e-5, atol: 1e-4 };

describe("calls in JSON", () => {
  it("encodes rows that are written flat, row by row, or nested", async () => {
    const { mu, logvar } = await (await bundle.load()).encode(x);
    const byRow = Array.from({ length: rows }, (_, i) => pixels.slice(i * 30, (i + 1) * 30));
    const nested = byRow.map((row) =>
      Array.from({ length: 6 }, (_, line) => row.slice(5 * line, 5 * line + 5).map((value) => [value])),
    );
    for (const written of [pixels, byRow, nested]) {
      const { status, json } = await post(`${server.url}/bars/encode`, { x: written });
      expect(status).toBe(200);
      expect(json.mu.map((row: number[]) => row.length)).toEqual([latent, latent, latent]);
      expect(Float32Array.from(json.mu.flat())).toBeAllClose(mu.data, near);
      expect(Float32Array.from(json.logvar.flat())).toBeAllClose(logvar.data, near);
    }
  });

  it("decodes to the mean, nested as pictures are, or to what is asked for", async () => {
    const z = codes(rows, latent);
    const expected = await (await bundle.load()).decode(z);
    const { json } = await post(`${server.url}/bars/decode`, { z: Array.from(z) });
    expect(Object.keys(json)).toEqual(["x_mean"]);
    expect(json.x_mean[2][5][4]).toHaveLength(1);
    expect(Float32Array.from(json.x_mean.flat(3))).toBeAllClose(expected.x_mean.data, near);
    const other = await post(`${server.url}/bars/decode`, { z: Array.from(z), outputs: ["x_logits"] });
    expect(Float32Array.from(other.json.x_logits.flat())).toBeAllClose(expected.x_logits!.data, near);
  });

  it("reconstructs and scores as the library does", async () => {
    const vae = await bundle.load();
    const { json } = await post(`${server.url}/bars/reconstruct`, { x: pixels });
    expect(Float32Array.from(json.x_mean.flat(3))).toBeAllClose((await vae.reconstruct(x)).data, near);
    const scores = (await post(`${server.url}/bars/score`, { x: pixels, seed: 3 })).json;
    expect(Object.keys(scores).toSorted()).toEqual(["elbo", "log_px", "log_pz", "log_qz"]);
    expect(Float32Array.from(scores.elbo)).toBeAllClose((await vae.score(x, { seed: 3 })).elbo.data, near);
  });

  it("samples as the library does", async () => {
    const expected = await (await bundle.load()).sample(5, { seed: 9, temperature: 0.5 });
    const { json } = await get(`${server.url}/bars/sample?count=5&seed=9&temperature=0.5`);
    expect(Float32Array.from(json.z.flat())).toBeAllClose(expected.z.data, near);
    expect(Float32Array.from(json.x_mean.flat(3))).toBeAllClose(expected.x_mean.data, near);
  });

  it("tells a conditional model its labels, one for all or one for each, or in rows", async () => {
    const vae = await labelled.load();
    const z = codes(2, latent);
    const mixed = Float32Array.of(0, 0.5, 0.5, 0, 0, 0);
    for (const [written, c] of [
      [[4], [4]],
      [
        [4, 1],
        [4, 1],
      ],
      [[Array.from(mixed)], mixed],
    ] as const) {
      const expected = await vae.decode(z, { c });
      const { json } = await post(`${server.url}/labelled/decode`, { z: Array.from(z), c: written });
      expect(Float32Array.from(json.x_mean.flat(3))).toBeAllClose(expected.x_mean.data, near);
    }
    const { json } = await get(`${server.url}/labelled/sample?count=2&c=5,0`);
    expect(Float32Array.from(json.x_mean.flat(3))).toBeAllClose(
      (await vae.sample(2, { c: [5, 0] })).x_mean.data,
      near,
    );
  });
});

it("a conditional model's graphs take c in the protocol, as rows", async () => {
  const url = `${server.url}/v2/models/labelled.decoder`;
  const { inputs } = (await get(url)).json;
  expect(inputs).toEqual([
    { name: "z", datatype: "FP32", shape: [-1, 3] },
    { name: "c", datatype: "FP32", shape: [-1, 6] },
  ]);
  const z = codes(2, latent);
  const infer = (classes: readonly number[]) =>
    post(`${url}/infer`, {
      inputs: [
        { name: "z", datatype: "FP32", shape: [2, 3], data: Array.from(z) },
        {
          name: "c",
          datatype: "FP32",
          shape: [classes.length, 6],
          data: classes.map((label) => Array.from({ length: 6 }, (_, i) => Number(i === label))),
        },
      ],
      outputs: [{ name: "x_mean" }],
    });
  const { x_mean } = await (await labelled.load()).decode(z, { c: [2, 5] });
  expect(Float32Array.from((await infer([2, 5])).json.outputs[0].data)).toBeAllClose(x_mean.data, near);
  const uneven = await infer([2, 5, 1]);
  expect(uneven.status).toBe(400);
  expect(uneven.json.error).toContain("input c has 3 rows, z has 2");
});

describe("pictures", () => {
  it("of samples: a PNG grid", async () => {
    const response = await fetch(`${server.url}/bars/sample.png?count=4&seed=2`);
    expect(response.headers.get("content-type")).toBe("image/png");
    const { width, height } = PNG.sync.read(Buffer.from(await response.arrayBuffer()));
    // Two by two pictures of 5 x 6, gaps of 2, ninefold.
    expect([width, height]).toEqual([(2 * (5 + 2) + 2) * 9, (2 * (6 + 2) + 2) * 9]);
  });

  it("of one row are bare, as large as the model's, and read back exactly", async () => {
    const vae = await bundle.load();
    const { x_mean, z } = await vae.sample(1, { seed: 2 });
    const drawn = await fetch(`${server.url}/bars/sample.png?count=1&seed=2`);
    const decoded = await fetch(`${server.url}/bars/decode`, {
      method: "POST",
      body: JSON.stringify({ z: Array.from(z.data) }),
      headers: { accept: "IMAGE/PNG" },
    });
    for (const response of [drawn, decoded]) {
      const { width, height, data } = PNG.sync.read(Buffer.from(await response.arrayBuffer()));
      expect([width, height]).toEqual([5, 6]);
      const grey = Float32Array.from({ length: 30 }, (_, i) => data[4 * i]!);
      // A run in a batch may round to the next step.
      expect(grey).toBeAllClose(Float32Array.from(x_mean.toUint8().data), { rtol: 0, atol: 1 });
    }
  });

  it("that are not finite are none, as in JSON", async () => {
    const huge = JSON.stringify({ z: [3e38, 3e38, 3e38] });
    const ask = [
      await get(`${server.url}/bars/sample.png?temperature=1e39`),
      await post(`${server.url}/bars/decode`, huge, { accept: "image/png" }),
    ];
    for (const { status, json } of ask) {
      expect(json.error).toMatch(/x_mean: the model gives (NaN|-?Infinity) for row 0/);
      expect(status).toBe(422);
    }
  });

  it("with another Content-Type: told which to give, in any case", async () => {
    const png = toPng((await (await bundle.load()).sample(1)).x_mean);
    const url = `${server.url}/bars/encode`;
    const form = { "content-type": "application/x-www-form-urlencoded" };
    for (const headers of [{}, form] as Record<string, string>[]) {
      const { status, json } = await post(url, png, headers);
      expect(json.error).toMatch(/not JSON: .*Send pictures with Content-Type: image\/png \(curl -H/);
      expect(status).toBe(400);
    }
    expect((await post(url, png, { "content-type": "IMAGE/PNG" })).status).toBe(200);
  });

  it("go in as PNG, and come back as one where that is accepted", async () => {
    const vae = await bundle.load();
    const png = toPng((await vae.sample(1)).x_mean);
    const read = await post(`${server.url}/bars/encode`, png, { "content-type": "image/png" });
    expect(read.status).toBe(200);
    const bytes = (await vae.sample(1)).x_mean.toUint8();
    expect(Float32Array.from(read.json.mu.flat())).toBeAllClose((await vae.encode(bytes)).mu.data, near);
    const drawn = await fetch(`${server.url}/bars/reconstruct`, {
      method: "POST",
      body: Buffer.from(png),
      headers: { "content-type": "image/png", accept: "image/png" },
    });
    expect(PNG.sync.read(Buffer.from(await drawn.arrayBuffer())).width).toBe(5);
    const broken = await post(`${server.url}/bars/encode`, png.subarray(0, 60), {
      "content-type": "image/png",
    });
    expect(broken.status).toBe(400);
  });
});

it.each([
  ["GET", "/bars/encode", "POST"],
  ["DELETE", "/bars/sample", "GET, HEAD"],
  ["POST", "/v2/models/bars.decoder", "GET, HEAD"],
  ["POST", "/metrics", "GET, HEAD"],
])("%s %s: 405, allowed is %s", async (method, path, allow) => {
  const response = await fetch(server.url + path, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe(allow);
});

it("a single bundle is served without its name too", async () => {
  const single = await serving(`bars=${bundle.directory}`);
  const { json } = await get(`${single.url}/sample?count=1`);
  expect(json).toEqual((await get(`${single.url}/bars/sample?count=1`)).json);
  expect((await get(`${server.url}/sample?count=1`)).status).toBe(404);
});

const z = [0, 0, 0];
describe("refuses with the reason", () => {
  it.each<[string, unknown, RegExp]>([
    ["bars/decode", "[", /not JSON/],
    ["bars/decode", {}, /z: rows of \[3\] expected, got nothing/],
    ["bars/decode", { z: [] }, /got an array of 0/],
    ["bars/decode", { z: [1, 2] }, /2 numbers are not a whole number of rows of 3/],
    ["bars/decode", { z: [[1, 2]] }, /arrays of 3 expected/],
    ["bars/decode", { z: [[[[[1]]]]] }, /.../],
    ["bars/decode", { z: "0" }, /rows of \[3\] expected/],
    ["bars/decode", { z, x: 1 }, /there is no "x" here; there are z, c, outputs/],
    ["bars/decode", { z, c: [1] }, /not conditional/],
    ["bars/decode", { z, outputs: ["y"] }, /a list of x_mean, x_logits/],
    ["bars/decode", { z: [null, 1, 2] }, /element 0 must be a finite number/],
    ["bars/encode", { x: Array(30).fill(256) }, /an integer from 0 to 255, got 256/],
    ["bars/encode", { x: Array(30).fill(0.5) }, /an integer from 0 to 255/],
    ["bars/score", { x: Array(30).fill(1), seed: -1 }, /seed must be an integer from 0/],
    ["bars/score", { x: Array(30).fill(1), seed: "1" }, /seed must be an integer/],
    ["labelled/decode", { z }, /c is missing/],
    ["labelled/decode", { z, c: [6] }, /knows 0 to 5/],
    ["labelled/decode", { z, c: [1, 2] }, /for 1 rows/],
    ["labelled/decode", { z, c: ["1"] }, /c: element 0 must be a number/],
    ["labelled/decode", { z, c: [[1, 2]] }, /arrays of 6 expected/],
    ["labelled/decode", { z, c: 1 }, /c: an array expected/],
  ])("%s %j", async (path, body, reason) => {
    const { status, json } = await post(`${server.url}/${path}`, body);
    expect(json.error).toMatch(reason);
    expect(status).toBe(400);
  });

  it.each([
    ["bars/sample?count=0", 400, /count must be an integer from 1/],
    ["bars/sample?count=1.5", 400, /count must be an integer/],
    ["bars/sample?count=x", 400, /count must be a number/],
    ["bars/sample?count=1,2", 400, /one number/],
    ["bars/sample?count=1&count=2", 400, /more than once/],
    ["bars/sample?number=1", 400, /there is no "number" here/],
    ["bars/sample?count=100000", 413, /at most 1024/],
    ["bars/sample?temperature=-1", 400, /temperature must be a number of at least 0/],
    ["bars/sample.png?seed=-1", 400, /seed must be an integer/],
    ["labelled/sample", 400, /c is missing/],
    ["labelled/sample?c=9", 400, /knows 0 to 5/],
    ["nothing", 404, /there is no GET \/nothing/],
    ["bars/decode", 405, /\/bars\/decode takes POST, not GET/],
  ])("%s", async (path, expected, reason) => {
    const { status, json } = await get(`${server.url}/${path}`);
    expect(json.error).toMatch(reason);
    expect(status).toBe(expected);
  });
});
