import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { input, layers, model, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { expect, it } from "vitest";
import { saveLayersModel } from "../support/saved-models.ts";
import { main, vaekit } from "./run.js";

it("Ctrl-C writes a checkpoint and says how to go on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-cli-"));
  try {
    const args = [
      main,
      "train",
      "mnist",
      "--limit",
      "4000",
      "--hidden",
      "64",
      "--epochs",
      "500",
      "--out",
      "run",
    ];
    const child = spawn(process.execPath, args, { cwd: folder });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      const before = errors.includes("epoch 1/500");
      errors += chunk;
      if (!before && errors.includes("epoch 1/500")) child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code, errors).toBe(130);
    expect(output).toContain("vaekit train --resume run");
    expect(readdirSync(join(folder, "run/checkpoints")).length).toBeGreaterThan(0);
    const epochs = String(errors.match(/epoch \d+\/500/g)!.length + 1);
    expect(vaekit(["train", "--resume", "run", "--epochs", epochs], folder)).toMatchObject({ code: 0 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const hasSignals = process.platform !== "win32";

it.runIf(hasSignals).each(["SIGINT", "SIGTERM"] as const)(
  "%s in convert: one line, exit code 130, nothing left behind",
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), "vaekit-cli-"));
    try {
      const x = input({ shape: [600], name: "x" });
      const y = layers.dense({ units: 3000 }).apply(layers.dense({ units: 3000 }).apply(x));
      const net = model({ inputs: x, outputs: y as SymbolicTensor });
      await saveLayersModel(net, join(folder, "net"));
      net.dispose();
      const args = [main, "convert", "net", "--out", "net.onnx"];
      const child = spawn(process.execPath, args, { cwd: folder });
      let errors = "";
      let staged = false;
      child.stderr.on("data", (chunk) => {
        const before = errors.includes("verifying at batch 7");
        errors += chunk;
        if (before || !errors.includes("verifying at batch 7")) return;
        staged = readdirSync(folder).some((name) => name.startsWith(".net.onnx."));
        child.kill(signal);
      });
      const code = await new Promise((resolve) => child.on("close", resolve));
      expect({ code, staged }, errors).toEqual({ code: 130, staged: true });
      expect(errors).toMatch(/\nvaekit: stopped; nothing was written\n$/);
      expect(readdirSync(folder)).toEqual(["net"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
