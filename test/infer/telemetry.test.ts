import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

/**
 * A folder of its own for what ONNX Runtime leaves in the temporary one. Of the environment only the path goes along:
 * ONNX Runtime keeps quiet by itself where a variable says that a build server runs it (CI, GITHUB_ACTIONS, ...).
 */
function leftBy(script: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-telemetry-"));
  try {
    execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: join(import.meta.dirname, "../.."),
      env: { PATH: process.env.PATH, TMPDIR: folder },
      stdio: "pipe",
    });
    return readdirSync(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const model = `import { encodeModel, Graph } from "@vaekit/export";
const graph = new Graph();
graph.output("y", graph.op("Relu", [graph.input("x", "float32", [2])]));
const bytes = encodeModel(graph);`;

it("onnxruntime-node by itself leaves telemetry logs", () => {
  const script = `${model}
import { InferenceSession } from "onnxruntime-node";
await (await InferenceSession.create(bytes)).release();`;
  expect(leftBy(script).join()).toContain("mat-debug");
});

it.each(["loadRuntime().then((runtime) => runtime.createSession(bytes))", "createInPlaceSession(bytes)"])(
  "%s leaves none",
  (open) => {
    const script = `${model}
import { createInPlaceSession, loadRuntime } from "@vaekit/infer";
await (await ${open}).dispose();`;
    expect(leftBy(script)).toEqual([]);
  },
);
