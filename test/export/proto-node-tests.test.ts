import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeProto } from "../../packages/export/src/proto/external-write.js";
import { onnx } from "../../packages/export/src/proto/generated/onnx.js";
import { decodeProto, encodeProto } from "../../packages/export/src/proto/message.js";
import { findOnnxTestdata } from "../../tools/onnx-testdata.mjs";
import { findPython } from "../../tools/python.mjs";
import { temporaryDirectory } from "../support/data.ts";

const data = findOnnxTestdata();
const withoutData = data ? "" : " (skipped: no libonnx-testdata; node tools/onnx-testdata.mjs installs it)";
const python = findPython({ needs: ["onnx"] });
const withoutPython = python
  ? ""
  : " (skipped: no Python with onnx; node tools/python.mjs --only onnx installs it)";

const modelsIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".onnx"))
    .toSorted()
    .map((file) => join(folder, file));

/** Names of the models whose bytes are not the same after reading and writing. */
const changedBy = (paths: readonly string[]) =>
  paths.filter((path) => {
    const bytes = readFileSync(path);
    return Buffer.compare(encodeProto(decodeProto(bytes, path)), bytes) !== 0;
  });

describe(`ONNX's own node tests, as Debian has them${withoutData}`, () => {
  it.skipIf(!data)("are byte for byte the same when read and written", () => {
    const paths = modelsIn(data!);
    expect(paths.length).toBeGreaterThan(1050);
    expect(changedBy(paths)).toEqual([]);
  });

  it.skipIf(!data)(
    "give the same results in ONNX Runtime when written, and with their weights in a file beside them",
    async () => {
      const folder = temporaryDirectory();
      const counts = { loaded: 0, run: 0, beside: 0 };
      const differing: string[] = [];
      for (const path of modelsIn(data!)) {
        const expected = await resultsOf(() => InferenceSession.create(readFileSync(path), quiet), path);
        if (!expected) continue;
        counts.loaded++;
        const again = await resultsOf(() => InferenceSession.create(written(path), quiet), path);
        if (expected.length > 0) counts.run++;
        if (!random.test(path) && !same(expected, again)) differing.push(path);
        const model = decodeProto(readFileSync(path));
        if (!model.graph!.initializer!.some(({ raw_data }) => raw_data?.length)) continue;
        const file = join(folder, `${counts.beside++}-${basename(dirname(path))}.onnx`);
        const { data: beside } = await writeProto(file, model, { externalData: true, externalThreshold: 1 });
        expect(beside!.bytes).toBeGreaterThan(0);
        const external = [{ path: basename(beside!.path), data: readFileSync(beside!.path) }];
        const options = { ...quiet, externalData: external };
        if (
          !same(expected, await resultsOf(() => InferenceSession.create(readFileSync(file), options), path))
        )
          differing.push(`${path}, weights beside it`);
      }
      expect(differing).toEqual([]);
      expect(counts.loaded).toBeGreaterThan(1000);
      expect(counts.run).toBeGreaterThan(900);
      expect(counts.beside).toBeGreaterThan(30);
    },
    300_000,
  );
});

describe(`what Google's protobuf writes${withoutPython}`, () => {
  let folder: string;
  beforeAll(() => {
    if (!python) return;
    folder = mkdtempSync(join(tmpdir(), "vaekit-models-"));
    const script = join(import.meta.dirname, "../oracles/onnx_models.py");
    execFileSync(python, [script, folder], { stdio: ["ignore", "ignore", "ignore"] });
  });

  afterAll(() => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(!python)(
    "a model with every field of the schema is byte for byte the same when read and written",
    () => {
      const path = join(folder, "every_field.onnx");
      expect(readFileSync(path).length).toBeGreaterThan(50_000);
      expect(changedBy([path])).toEqual([]);
    },
  );

  it.skipIf(!python)("so are the node tests of the newest onnx, up to its newest opset", () => {
    const paths = modelsIn(folder);
    expect(paths.length).toBeGreaterThan(1800);
    expect(changedBy(paths)).toEqual([]);
    const opsets = paths.map((path) => Number(decodeProto(readFileSync(path)).opset_import![0]!.version));
    expect(Math.max(...opsets.filter(Number.isSafeInteger))).toBeGreaterThan(24);
  });
});

const quiet: InferenceSession.SessionOptions = { logSeverityLevel: 4 };
/** Their outputs differ from run to run. */
const random = /test_(bernoulli|random|multinomial|dropout|training_dropout)/;

const written = (path: string) => encodeProto(decodeProto(readFileSync(path)));

type Results = { name: string; type: string; dims: readonly number[]; data: Tensor["data"] }[];

/** Outputs for the test's own inputs; none where an input is no tensor; null where ONNX Runtime does not load it. */
async function resultsOf(open: () => Promise<InferenceSession>, path: string): Promise<Results | null> {
  const session = await open().catch(() => null);
  if (!session) return null;
  try {
    const feeds = feedsOf(session, join(dirname(path), "test_data_set_0"));
    if (!feeds) return [];
    // An output that is no tensor cannot be handed to JavaScript.
    const outputs = await session.run(feeds).catch(() => ({}) as InferenceSession.OnnxValueMapType);
    return Object.entries(outputs).map(([name, value]) => {
      const { type, dims, data } = value as Tensor;
      return { name, type, dims, data };
    });
  } finally {
    await session.release();
  }
}

function feedsOf(session: InferenceSession, folder: string): Record<string, Tensor> | null {
  const feeds: Record<string, Tensor> = {};
  for (const [i, { isTensor, name }] of session.inputMetadata.entries()) {
    if (!isTensor) return null;
    try {
      feeds[name] = tensorOf(readFileSync(join(folder, `input_${i}.pb`)));
    } catch {
      return null;
    }
  }
  return feeds;
}

const arrays: Record<number, [Tensor.Type, new (buffer: ArrayBuffer) => ArrayBufferView]> = {
  1: ["float32", Float32Array],
  2: ["uint8", Uint8Array],
  3: ["int8", Int8Array],
  4: ["uint16", Uint16Array],
  5: ["int16", Int16Array],
  6: ["int32", Int32Array],
  7: ["int64", BigInt64Array],
  9: ["bool", Uint8Array],
  10: ["float16", Uint16Array],
  11: ["float64", Float64Array],
  12: ["uint32", Uint32Array],
  13: ["uint64", BigUint64Array],
};

function tensorOf(bytes: Uint8Array): Tensor {
  const { dims, data_type, raw_data, string_data } = onnx.TensorProto.decode(bytes);
  const shape = dims!.map(Number);
  if (data_type === 8)
    return new Tensor(
      "string",
      string_data!.map((text) => Buffer.from(text).toString()),
      shape,
    );
  const [type, array] = arrays[data_type!]!;
  return new Tensor(type as "float32", new array(new Uint8Array(raw_data!).buffer) as Float32Array, shape);
}

function same(a: Results | null, b: Results | null): boolean {
  const text = (results: Results | null) =>
    results?.map(({ name, type, dims, data }) => [
      name,
      type,
      dims,
      ArrayBuffer.isView(data) ? bytesOf(data) : data,
    ]);
  return JSON.stringify(text(a)) === JSON.stringify(text(b));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64");
}
