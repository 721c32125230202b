import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "@vaekit/infer";
import { loadRun } from "@vaekit/train";
import { afterEach, describe, expect, it, vi } from "vitest";
import { flat } from "./jobs.ts";
import { checkpoints, goOn, newestCheckpoint, place, stepsPerEpoch, train } from "./run-directories.ts";

/** What writing a file does, once `disk.fails` is set for its name: half of it is written, then the system refuses. */
const disk = vi.hoisted(() => {
  // The setup file has imported the writer already, with the real file system.
  vi.resetModules();
  return { fails: null as { name: RegExp; code: string } | null };
});
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  return {
    ...fs,
    open: async (...args: Parameters<typeof fs.open>) => {
      const handle = await fs.open(...args);
      const { fails } = disk;
      if (!fails?.name.test(String(args[0]))) return handle;
      const write = handle.writeFile.bind(handle);
      handle.writeFile = async (part) => {
        const bytes = Buffer.from(part as Uint8Array);
        await write(bytes.subarray(0, bytes.length >> 1));
        throw Object.assign(new Error(`${fails.code}: no more`), { code: fails.code });
      };
      return handle;
    },
  };
});
afterEach(() => {
  disk.fails = null;
});

const temporaries = (out: string) =>
  readdirSync(out, { recursive: true }).filter((name) => String(name).includes(".tmp"));

describe("a disk that cannot be written", () => {
  it.each([
    ["ENOSPC", "the disk is full; free some space or choose another place."],
    ["EDQUOT", "the disk quota is used up; free some space or choose another place."],
    ["EROFS", "the file system is read-only; choose another place."],
    ["EACCES", "no permission to write there; choose another place."],
  ])("(%s) is a DataError that says what to do, and leaves no temporary file", async (code, advice) => {
    const out = place();
    disk.fails = { name: /step-/, code };
    const error = await train(out).catch((reason) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(`step-000000009.safetensors: cannot be written: ${advice}`);
    expect(temporaries(out)).toEqual([]);
    expect(checkpoints(out)).toEqual([]);
  });

  it("at the start of a run leaves no half-written configuration", async () => {
    const out = place();
    disk.fails = { name: /config\.json/, code: "ENOSPC" };
    await expect(train(out)).rejects.toThrow("the disk is full");
    expect(existsSync(join(out, "config.json"))).toBe(false);
    expect(temporaries(out)).toEqual([]);
  });

  it("in the middle of a run keeps what was there, and the run can go on from it", async () => {
    const [whole, broken] = [place(), place()];
    await train(whole);
    const onEvent = ({ type }: { type: string }) => {
      if (type === "epoch") disk.fails = { name: /step-/, code: "ENOSPC" };
    };
    await expect(train(broken, { onEvent })).rejects.toThrow(DataError);
    disk.fails = null;
    expect(temporaries(broken)).toEqual([]);
    expect(newestCheckpoint(broken).progress.step).toBe(stepsPerEpoch);
    const loaded = await loadRun(broken);
    expect(flat(loaded.vae.readWeights()).every(Number.isFinite)).toBe(true);
    loaded.vae.dispose();
    await goOn(broken);
    expect(newestCheckpoint(broken)).toEqual(newestCheckpoint(whole));
  });

  it.each(["metrics.jsonl", "latents.json"])("while %s is written keeps the old one whole", async (name) => {
    const out = place();
    const onEvent = ({ type }: { type: string }) => {
      if (type === "epoch") disk.fails = { name: new RegExp(name), code: "ENOSPC" };
    };
    await expect(train(out, { onEvent })).rejects.toThrow(`${name}: cannot be written: the disk is full`);
    disk.fails = null;
    expect(temporaries(out)).toEqual([]);
    expect(readFileSync(join(out, name), "utf8").trimEnd()).toMatch(/^\{.*\}$/s);
    const { vae, metrics } = await loadRun(out);
    vae.dispose();
    expect(metrics.length).toBe(1);
  });
});
