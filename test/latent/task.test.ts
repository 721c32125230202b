import { describe, expect, it } from "vitest";
import { UsageError } from "../../packages/latent/src/errors.js";
import { checkOptions, runOptionNames } from "../../packages/latent/src/options.js";
import { type RunOptions, runTask, type Task } from "../../packages/latent/src/task.js";

function* waitTask(options: RunOptions, milliseconds = 100): Task<string> {
  checkOptions("wait", options, runOptionNames);
  const end = performance.now() + milliseconds;
  while (performance.now() < end) yield { stage: "wait", done: 0, total: 1 };
  return "done";
}

const wait = (options: RunOptions = {}) => runTask(waitTask(options), options);

describe("runTask", () => {
  it("tells how far it is, and rests", async () => {
    let told = 0;
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    expect(await wait({ onProgress: () => told++ })).toBe("done");
    clearInterval(timer);
    expect(told).toBeGreaterThan(0);
    expect(turns).toBeGreaterThan(0);
  });

  it("rejects with what onProgress throws, or its promise rejects with", async () => {
    const onProgress = async () => {
      throw new Error("disk full");
    };
    await expect(wait({ onProgress })).rejects.toThrow("disk full");
    const sync = () => {
      throw new Error("no page");
    };
    await expect(wait({ onProgress: sync })).rejects.toThrow("no page");
  });

  it("waits for a promise of onProgress", async () => {
    let waiting = 0;
    let most = 0;
    const onProgress = async () => {
      most = Math.max(most, ++waiting);
      await new Promise((resolve) => setTimeout(resolve, 50));
      waiting--;
    };
    await wait({ onProgress });
    expect([most, waiting]).toEqual([1, 0]);
  });

  it("rejects with the signal's reason, at once and on the way", async () => {
    await expect(wait({ signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("between")), 10);
    await expect(wait({ signal: stop.signal })).rejects.toThrow("between");
  });

  it.each([
    [null, /options must be an object/],
    [{ onProgress: 3 }, /onProgress must be a function, got 3/],
    [{ onProgress: null }, /onProgress must be a function, got null/],
    [{ signal: {} }, /signal must be an AbortSignal, got Object/],
    [{ signal: 7 }, /signal must be an AbortSignal, got 7/],
    [{ signal: null }, /signal must be an AbortSignal, got null/],
  ])("refuses %o", async (options, message) => {
    const call = wait(options as object);
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toBeInstanceOf(UsageError);
  });
});
