import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A directory as `make` writes it, copied to `place`. It is made once in a run of the tests, whichever file asks first; two
 * that ask at the same time both make it, and one of them is kept.
 */
export async function madeOnce(
  name: string,
  place: string,
  make: (directory: string) => Promise<void>,
): Promise<void> {
  const folder = process.env.VAEKIT_TEST_RUN ?? mkdtempSync(join(tmpdir(), "vaekit-once-"));
  const kept = join(folder, name);
  if (!existsSync(kept)) {
    const fresh = join(folder, `${name}.${randomUUID()}`);
    await make(fresh);
    try {
      renameSync(fresh, kept);
    } catch {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  cpSync(kept, place, { recursive: true });
}
