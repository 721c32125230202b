import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const vaekit = join(root, "packages/cli/dist/main.js");
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"))
    .filter((f) => f.endsWith(".md"))
    .map((f) => `docs/${f}`),
];

interface Block {
  document: string;
  line: number;
  language: string;
  file?: string;
  code: string;
}

function blocks(document: string): Block[] {
  const text = readFileSync(join(root, document), "utf8");
  return Array.from(text.matchAll(/^( *)```(\w*)(?: file=(\S+))?\n([\s\S]*?)^ *```$/gm), (match) => ({
    document,
    line: text.slice(0, match.index).split("\n").length,
    language: match[2]!,
    file: match[3],
    code: match[4]!.replaceAll(new RegExp(`^${match[1]}`, "gm"), ""),
  }));
}

const all = documents.flatMap(blocks);
const named = (chosen: Block[]) => chosen.map((block) => [`${block.document}:${block.line}`, block] as const);
let folder: string;

/** Inside the workspace, so that the packages resolve as they would in a user's project. */
beforeAll(() => {
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/docs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("code in the documents", () => {
  it("is of a kind that is checked", () => {
    expect(all.length).toBeGreaterThan(4);
    const kinds = new Set(["ts", "sh", "text"]);
    expect(all.filter(({ language }) => !kinds.has(language))).toEqual([]);
  });

  it.each(named(all.filter(({ file }) => file)))("%s is what the source says", (_, { file, code }) => {
    const flat = (text: string) => text.replaceAll(/\s+/g, " ").trim();
    for (const line of code.split("\n").filter(Boolean)) {
      expect(flat(readFileSync(join(root, file!), "utf8"))).toContain(flat(line));
    }
  });

  it.each(named(all.filter(({ language, file }) => language === "ts" && !file)))(
    "%s runs",
    (name, { code }) => {
      const script = join(folder, `${name.replaceAll(/\W/g, "-")}.mjs`);
      writeFileSync(script, code);
      execFileSync(process.execPath, [script], { cwd: folder, stdio: "pipe" });
      rmSync(join(folder, "models"), { recursive: true, force: true });
    },
  );

  it.each(named(all.filter(({ language }) => language === "sh")))(
    "%s: every command succeeds",
    (_, { code }) => {
      for (const line of code.trim().split("\n")) {
        const [npx, command, ...args] = line.split(" ");
        expect([npx, command]).toEqual(["npx", "vaekit"]);
        execFileSync(process.execPath, [vaekit, ...args], { cwd: folder, stdio: "pipe" });
      }
    },
  );
});

describe("links in the documents", () => {
  it("lead to files that exist", () => {
    for (const document of documents) {
      const text = readFileSync(join(root, document), "utf8");
      for (const [, target] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
        expect(
          () => readFileSync(join(root, document, "..", target!)),
          `${document} -> ${target}`,
        ).not.toThrow();
      }
    }
  });
});
