import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kit from "@tensorflow/tfjs-layers";
import { exportOnnx, loadModel } from "@vaekit/export";
import { RandomStream, VaekitError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import {
  float,
  op,
  placeholder,
  port,
  saveLayersModel,
  writeGraphModel,
} from "../../support/saved-models.ts";

const folder = mkdtempSync(join(tmpdir(), "vaekit-damage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  const x = kit.input({ shape: [4, 3], name: "x" });
  const hidden = kit.layers
    .batchNormalization()
    .apply(kit.layers.dense({ units: 5 }).apply(x)) as kit.SymbolicTensor;
  const built = kit.model({ inputs: x, outputs: kit.layers.flatten().apply(hidden) as kit.SymbolicTensor });
  await saveLayersModel(built, at("layers"), { quantize: "uint8", shard: 60 });
  built.dispose();
  const nodes = [placeholder("x", [-1, 4]), op("m", "MatMul", ["x", "w"]), op("y", "BiasAdd", ["m", "b"])];
  const weights = [
    float(
      "w",
      [4, 3],
      Array.from({ length: 12 }, (_, i) => i),
    ),
    float("b", [3], [1, 2, 3]),
  ];
  const signature = { inputs: { x: port("x:0", [-1, 4]) }, outputs: { y: port("y:0", [-1, 3]) } };
  writeGraphModel(at("graph"), nodes, weights, { signature, quantize: "float16" });
});

const odd = [null, -1, 0, 1.5, 2 ** 40, "", "x", "__proto__", [], {}, [null], true, "../x"];

/** One place of a JSON value replaced, removed or doubled. */
function mutate(value: unknown, stream: RandomStream): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(value);
  const [parent, key] = places[stream.below(places.length)]!;
  const kind = stream.below(4);
  if (kind === 0) delete parent[key];
  else if (kind === 1 && Array.isArray(parent)) parent.push(parent[Number(key)]);
  else parent[key] = odd[stream.below(odd.length)];
  return value;
}

it.each(["layers", "graph"])(
  "a damaged %s-model is a typed error or a model, and leaves no tensors",
  async (kind) => {
    const quiet = vi.spyOn(console, "warn").mockImplementation(() => {});
    const path = join(at(kind), "model.json");
    const text = readFileSync(path, "utf8");
    const stream = new RandomStream(5, "sample");
    const seen = { loaded: 0, refused: 0 };
    for (let i = 0; i < 300; i++) {
      const mutant = JSON.stringify(mutate(JSON.parse(text), stream));
      writeFileSync(path, mutant);
      const before = tf.memory().numTensors;
      try {
        const source = await loadModel(at(kind));
        seen.loaded++;
        try {
          await exportOnnx(source, { verify: false });
        } finally {
          source.dispose();
        }
      } catch (error) {
        seen.refused++;
        expect(error, `${(error as Error).stack}\n${mutant}`).toBeInstanceOf(VaekitError);
        expect((error as VaekitError).exitCode, (error as Error).message).not.toBe(1);
      }
      expect(tf.memory().numTensors, mutant).toBe(before);
    }
    writeFileSync(path, text);
    quiet.mockRestore();
    expect(seen.refused).toBeGreaterThan(50);
    expect(seen.loaded).toBeGreaterThan(50);
  },
);
