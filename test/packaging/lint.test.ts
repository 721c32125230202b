import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folders, type Packed, pack, temporaryFolder } from "./packed.ts";

const root = join(import.meta.dirname, "../..");
const typesWrong = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
const folder = temporaryFolder();
afterAll(folder.remove);

const usual = /^(dist\/.+\.(js|js\.map|d\.ts)|bin\/.+\.js)$/;
/** What some packages hold beside. */
const also: Partial<Record<string, RegExp>> = {
  explorer: /^(dist\/built\/\w+\/(manifest\.json|assets\/.+\.css)|static\/\w+\.js)$/,
};

describe.each(folders)("the package of %s", (name) => {
  let packed: Packed;
  beforeAll(() => {
    packed = pack(name, folder.path);
  });

  it("holds what it needs and nothing else", () => {
    const strays = packed.files.filter((file) => !(usual.test(file) || also[name]?.test(file)));
    expect(strays.sort()).toEqual(["LICENSE", "README.md", "dist/cjs/package.json", "package.json"]);
    const license = (place: string) => readFileSync(join(root, place, "LICENSE"), "utf8");
    expect(license(`packages/${name}`)).toBe(license("."));
  });

  it("has nothing that publint would change", async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(readFileSync(packed.tarball)).buffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has types that fit its scripts in every way of resolving them", () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        typesWrong,
        "--format",
        "table-flipped",
        "--no-color",
        "--no-emoji",
        "--profile",
        "strict",
        packed.tarball,
      ],
      { encoding: "utf8" },
    );
    expect(stdout).toContain("No problems found");
    expect(status).toBe(0);
  });
});
