import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { encodeModel, optimize, trace } from "@vaekit/export";
import { afterAll, describe, expect, it } from "vitest";
import { findPython } from "../../tools/python.mjs";
import { pictureFunctions, pictures } from "./symbolic-functions.ts";

const python = findPython({ needs: ["onnx", "onnxruntime"] });
const missing = python
  ? ""
  : " (skipped: no Python with onnx; node tools/python.mjs --only onnx installs it)";
const script = join(import.meta.dirname, "../oracles/onnx_check.py");

describe(`onnx.checker, strict shape inference and Python's onnxruntime take symbolic sizes${missing}`, () => {
  const directory = mkdtempSync(join(tmpdir(), "vaekit-symbolic-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.skipIf(!python).each([13, 17, 21])("in opset %i", async (opset) => {
    const paths = Object.values(pictureFunctions).map((fn, i) => {
      const path = join(directory, `${opset}-${i}.onnx`);
      writeFileSync(path, encodeModel(optimize(trace(fn, pictures, { opset }))));
      return path;
    });
    const { stdout } = await promisify(execFile)(python!, [script, ...paths, "--dim", "18"]);
    const { files } = JSON.parse(stdout) as { files: { path: string; error: string | null }[] };
    expect(files).toHaveLength(paths.length);
    expect(files.filter(({ error }) => error !== null)).toEqual([]);
  });
});
