import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { main } from "./run.ts";

it.each([["train", "--help"], ["--help"]])(
  "%s %s: a reader that has gone ends it quietly",
  async (...args) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    // As `| head -0` does, before anything is written.
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  },
);
