import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Run a program and read the one JSON object on its standard output. Each measurement has a process of its own. */
export function runJson(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: exit ${status}\n${stderr.slice(-2000)}`);
  return JSON.parse(stdout.slice(stdout.indexOf("{")));
}
