import { vi } from "vitest";
import { runCommand } from "../../packages/cli/src/program.ts";
import type { Ran } from "./run.ts";

/** Run the command in this process, from its sources: for many calls, where a process each would take a second each. */
export async function vaekitHere(args: string[], cwd: string): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const catchAll = (stream: "stdout" | "stderr") =>
    vi.spyOn(process[stream], "write").mockImplementation((chunk) => {
      written[stream] += chunk;
      return true;
    });
  const before = process.cwd();
  const spies = [catchAll("stdout"), catchAll("stderr")];
  process.chdir(cwd);
  try {
    return { code: await runCommand(args), ...written };
  } finally {
    process.chdir(before);
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}
