import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeModel, writeModel } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { richGraph } from "../export/rich-graph.ts";
import { temporaryDirectory } from "../support/data.ts";
import { vaekit } from "./run.js";

function folderWithModel(): string {
  const folder = temporaryDirectory();
  writeFileSync(
    join(folder, "m.onnx"),
    encodeModel(richGraph(), { metadata: { note: "line\nbreak \u001b[31m" } }),
  );
  return folder;
}

describe("vaekit inspect", () => {
  it("prints what a file holds, one line each, with nothing that moves the cursor", () => {
    const { code, stdout, stderr } = vaekit(["inspect", "m.onnx"], folderWithModel());
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const line of [
      /^file +[\d.]+ kB$/m,
      /^format +IR 8, ai.onnx 17, by vaekit$/m,
      /^loads in +ONNX Runtime 1.12 and later/m,
      /^note +line\\nbreak \\u001b\[31m$/m,
      /^input +pixels: uint8 \[batch, 3\]$/m,
      /^output +rows: int32 \[2\*batch, 2\]$/m,
      /^parameters +\d+ in \d+ tensors/m,
      /^ {2}largest +weights\/special: float32 \[3\], 12 bytes$/m,
      /^operators +\d+ nodes$/m,
      /^ {2}LeakyRelu +1$/m,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).not.toContain("\u001b");
  });

  it("--graph adds the graph as text, --svg draws it and replaces nothing without --force", () => {
    const folder = folderWithModel();
    const drawn = vaekit(["inspect", "m.onnx", "--graph", "--svg", "g.svg"], folder);
    expect(drawn.code).toBe(0);
    expect(drawn.stdout).toMatch(/= LeakyRelu\(.*\) \{alpha=0.125\}/);
    expect(readFileSync(join(folder, "g.svg"), "utf8")).toMatch(/^<svg[\s\S]*<\/svg>\n$/);
    const again = vaekit(["inspect", "m.onnx", "--svg", "g.svg"], folder);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringMatching(/g.svg exists already.*--force/) });
    expect(vaekit(["inspect", "m.onnx", "--svg", "g.svg", "--force"], folder).code).toBe(0);
    const png = vaekit(["inspect", "m.onnx", "--svg", "g.png"], folder);
    expect(png).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--svg g.png: the name must end in .svg/),
    });
  });

  it("--json is one object", async () => {
    const folder = folderWithModel();
    await writeModel(join(folder, "e.onnx"), richGraph(), { externalData: true, externalThreshold: 1 });
    const { code, stdout } = vaekit(["inspect", "e.onnx", "--json", "--graph"], folder);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      path: "e.onnx",
      opsets: { "ai.onnx": 17 },
      external: [{ location: "e.onnx.data", problem: null }],
      graphText: expect.stringMatching(/^graph /),
    });
  });

  it.each([
    ["none.onnx", 3, /none.onnx: no such file/],
    ["text.onnx", 3, /text.onnx: (not an ONNX model|the model has no graph)/],
    [".", 3, /that is a directory/],
  ])("%s exits with %i", (path, code, says) => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, "text.onnx"), "not a model");
    const ran = vaekit(["inspect", path, "--svg", "never.svg"], folder);
    expect(ran).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(says) });
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(join(folder, "never.svg"))).toBe(false);
  });
});
