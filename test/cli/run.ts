import { spawnSync } from "node:child_process";
import { join } from "node:path";

const main = join(import.meta.dirname, "../../packages/cli/dist/main.js");

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Run the built command in a process of its own, as a shell would. */
export function vaekit(args: string[], cwd: string, env: Record<string, string> = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { code: status, stdout, stderr };
}

export { main };
