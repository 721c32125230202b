import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { onTestFinished } from "vitest";

/** A file is away, has a bit that is another, or is a page, as hosts answer with instead of 404, until the test ends. */
export function damage(path: string, how: "gone" | "changed" | "a page"): void {
  const bytes = readFileSync(path);
  onTestFinished(() => writeFileSync(path, bytes));
  if (how === "gone") {
    rmSync(path);
    return;
  }
  const other = how === "a page" ? Buffer.from(`<!doctype html><title>${path}</title>`) : Buffer.from(bytes);
  if (how === "changed") other[other.length - 20]! ^= 1;
  writeFileSync(path, other);
}
