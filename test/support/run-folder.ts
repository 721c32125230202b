import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for what several test files of one run need and would each make again: see `madeOnce`. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-run-"));
  process.env.VAEKIT_TEST_RUN = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
