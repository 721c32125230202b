import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "@vaekit/infer";
import type { FitEvent } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { goOn, place, stopAfter, train } from "./run-directories.ts";

/** The number of a process that is certainly gone. */
function gonePid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("a run belongs to one process at a time:", () => {
  it("a second one is refused while the first trains, and the first goes on", async () => {
    const out = place();
    let second: Promise<unknown> | undefined;
    const onEvent = (event: FitEvent) => {
      if (event.type === "epoch") second ??= goOn(out, { epochs: 9 }).catch((error) => error);
    };
    const { metrics } = await train(out, { onEvent });
    expect(metrics).toHaveLength(3);
    const error: unknown = await second;
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(`process ${process.pid} is training this run`);
  });

  it("it is free again after the end, and after an error", async () => {
    const out = place();
    await train(out, { epochs: 1 });
    expect(existsSync(join(out, "lock"))).toBe(false);
    const fail = () => {
      throw new Error("mine");
    };
    await expect(goOn(out, { epochs: 2, onEvent: fail })).rejects.toThrow("mine");
    expect(existsSync(join(out, "lock"))).toBe(false);
    expect((await goOn(out, { epochs: 2 })).metrics).toHaveLength(2);
  });

  it("what a process that is gone left behind is taken over", async () => {
    const out = place();
    await train(out, { epochs: 1 });
    writeFileSync(join(out, "lock"), `${gonePid()}\n`);
    expect((await goOn(out, { epochs: 2 })).metrics).toHaveLength(2);
  });

  it("--force does not replace a run that is being trained", async () => {
    const out = place();
    await train(out, { epochs: 1 });
    writeFileSync(join(out, "lock"), `${process.pid}\n`);
    await expect(train(out, { force: true })).rejects.toThrow("is training this run");
  });
});

describe("the goal of a resumed run", () => {
  it("cannot lie behind what is done: it would be taken for finished", async () => {
    const out = place();
    await train(out, stopAfter(12));
    await expect(goOn(out, { epochs: 1 })).rejects.toThrow(
      "1 epochs and 3 batches are done, and epochs is the total",
    );
    expect((await goOn(out)).metrics).toHaveLength(3);
  });

  it("that is reached already is said", async () => {
    const out = place();
    await train(out);
    const events: FitEvent[] = [];
    await goOn(out, { onEvent: (event) => events.push(event) });
    expect(events).toContainEqual({
      type: "warning",
      message: expect.stringContaining("all 3 epochs are done"),
    });
  });
});
