import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeError } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";

export const lockName = "lock";

/**
 * Hold a run for this process: two that train on one run would overwrite each other's checkpoints. What a process that
 * is gone left behind is taken over. Returns what gives the run free again.
 * @throws UsageError that names the process when another one has it
 */
export async function lockRun(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, lockName);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: "wx" });
      return () => rm(path, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw writeError(path, cause);
      await assertFree(directory);
      await rm(path, { force: true });
    }
  }
  throw new UsageError(
    `${directory}: another process is just taking this run. Wait for it, or choose another place.`,
  );
}

/** @throws UsageError when a process that is alive holds the run */
export async function assertFree(directory: string): Promise<void> {
  const holder = Number.parseInt(await readFile(join(directory, lockName), "utf8").catch(() => ""), 10);
  if (Number.isInteger(holder) && isAlive(holder)) {
    throw new UsageError(
      `${directory}: process ${holder} is training this run. Wait for it, or stop it first.`,
    );
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
