import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { coverageText } from "./coverage-table.ts";

const file = join(import.meta.dirname, "../../COVERAGE.md");

it("COVERAGE.md is what `npm run coverage` writes", async () => {
  const existed = existsSync(file);
  await expect(coverageText()).toMatchFileSnapshot(file);
  expect(existed, "it was missing, and has been written").toBe(true);
});
