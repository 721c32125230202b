import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { encodeModel, type Graph, opsets, storeWeights, toHalfPrecision } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { findPython } from "../../../tools/python.mjs";
import { temporaryDirectory } from "../../support/data.ts";
import { convolutions, dense } from "./graphs.ts";

const python = findPython({ needs: ["onnx", "onnxruntime"] });
const missing = python
  ? ""
  : " (skipped: no Python with onnx; node tools/python.mjs --only onnx installs it)";
const script = join(import.meta.dirname, "../../oracles/onnx_check.py");
const kinds: Record<string, (graph: Graph) => Graph> = {
  fp16: (graph) => storeWeights(graph, "fp16").graph,
  int8: (graph) => storeWeights(graph, "int8").graph,
  "int8-dynamic": (graph) => storeWeights(graph, "int8-dynamic").graph,
  "half precision": (graph) => toHalfPrecision(graph).graph,
  "half precision, int8": (graph) => toHalfPrecision(storeWeights(graph, "int8").graph).graph,
};

describe(`what onnx.checker and Python's onnxruntime say of small models${missing}`, () => {
  it.skipIf(!python).each([opsets.oldest, 17, 21, opsets.newest])(
    "opset %i: valid, and runs",
    async (opset) => {
      const folder = temporaryDirectory();
      const paths = Object.entries(kinds).flatMap(([kind, make]) =>
        Object.entries({ dense, convolutions }).map(([name, build]) => {
          const path = join(folder, `${name}-${kind}.onnx`);
          writeFileSync(path, encodeModel(make(build(opset))));
          return path;
        }),
      );
      // It exits with 1 where a file fails; its report is what the test is about.
      const { stdout } = await promisify(execFile)(python!, [script, ...paths], { maxBuffer: 2 ** 26 }).catch(
        (error: { stdout?: string }) => ({ stdout: error.stdout ?? "" }),
      );
      const { files } = JSON.parse(stdout) as {
        files: { path: string; error: string | null; opset: number }[];
      };
      expect(files.filter(({ error }) => error)).toEqual([]);
      expect(files.map((file) => file.opset)).toEqual(paths.map(() => opset));
    },
  );
});
