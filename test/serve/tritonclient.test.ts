import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findPython } from "../../tools/python.mjs";
import { latent, smallBundle } from "../infer/small-bundle.ts";
import { codes, serving } from "./support.ts";

const python = findPython({ needs: ["numpy", "tritonclient.http"] });
const missing = python
  ? ""
  : " (skipped: no Python with tritonclient; node tools/python.mjs --only triton installs it)";
const script = join(import.meta.dirname, "../oracles/tritonclient_check.py");

const bundle = smallBundle();
const near = { rtol: 1e-5, atol: 1e-4 };

interface Array {
  shape: number[];
  dtype: string;
  data: number[];
}

interface Report {
  live: boolean;
  ready: boolean;
  unknown_ready: boolean;
  server: { name: string };
  metadata: { name: string; inputs: object[] };
  index: { name: string }[];
  id: string;
  decoded: Record<string, Record<string, Array>>;
  encoded: Record<"mu" | "logvar", Array>;
  elbo: number[];
  error: { status: string; message: string };
}

it.skipIf(!python)(`NVIDIA's tritonclient gets the library's numbers${missing}`, async () => {
  const { url } = await serving(`bars=${bundle.directory}`);
  const rows = 5;
  const x = bundle.data.values.subarray(0, rows * 30);
  const z = codes(rows, latent);
  const nested = Array.from({ length: rows }, (_, i) => [...z.subarray(i * latent, (i + 1) * latent)]);
  const report = await ask(new URL(url).host, { x: [...x], x_shape: [rows, 6, 5, 1], z: nested });
  expect(report).toMatchObject({
    live: true,
    ready: true,
    unknown_ready: false,
    server: { name: "vaekit", extensions: ["binary_tensor_data"] },
    metadata: { name: "bars.decoder", inputs: [{ name: "z", datatype: "FP32", shape: [-1, latent] }] },
    id: "seven",
  });
  expect(report.index.map(({ name }) => name)).toEqual(["bars.encoder", "bars.decoder", "bars.scorer"]);
  const vae = await bundle.load();
  const decoded = await vae.decode(z);
  expect(Object.keys(report.decoded)).toHaveLength(5);
  for (const outputs of Object.values(report.decoded)) {
    expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(decoded).toSorted());
    for (const [name, { shape, dtype, data }] of Object.entries(outputs)) {
      expect({ shape, dtype }).toEqual({ shape: decoded[name]!.shape, dtype: "float32" });
      expect(Float32Array.from(data)).toBeAllClose(decoded[name]!.data, near);
    }
  }
  const { mu, logvar } = await vae.encode(x);
  expect(Float32Array.from(report.encoded.mu.data)).toBeAllClose(mu.data, near);
  expect(Float32Array.from(report.encoded.logvar.data)).toBeAllClose(logvar.data, near);
  const { elbo } = await vae.score(x, { seed: 5 });
  expect(Float32Array.from(report.elbo)).toBeAllClose(elbo.data, near);
  expect(report.error).toEqual({
    status: "400",
    message: expect.stringContaining("z [rows, 3] FP32 expected, got the shape [5,2]"),
  });
});

function ask(address: string, given: object): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = spawn(python!, [script, address, "bars"]);
    let [output, errors] = ["", ""];
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors))));
    child.stdin.end(JSON.stringify(given));
  });
}
