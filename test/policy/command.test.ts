import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const cli = join(import.meta.dirname, "../../packages/cli");

it("the command is a file of the sources: npm links it when it installs, before anything is built", () => {
  const { bin, files } = JSON.parse(readFileSync(join(cli, "package.json"), "utf8"));
  const path = join(cli, bin.vaekit);
  expect(existsSync(path)).toBe(true);
  expect(path).not.toContain("/dist/");
  expect(statSync(path).mode & 0o100).toBeTruthy();
  expect(readFileSync(path, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(files).toContain("bin");
});
