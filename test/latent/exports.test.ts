import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const sources = join(import.meta.dirname, "../../packages/latent/src");
const entries = ["index", "draw", "report", "worker", "worker-web"] as const;

interface Name {
  name: string;
  /** Of the file that it comes from, below the sources. */
  file: string;
}

const text = (file: string) =>
  readFileSync(join(sources, file), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "");

/** What `import` or `export { ... } from "./..."` name in a file. */
function fetched(file: string, keyword: "import" | "export"): Name[] {
  const clauses = text(file).matchAll(
    new RegExp(`^${keyword} (?:type )?\\{([^}]*)\\}\\s*from "(\\.[^"]*)\\.js"`, "gm"),
  );
  return [...clauses].flatMap(([, list, path]) =>
    list!
      .split(",")
      .map((part) => part.trim().replace(/^type | as .*$/g, ""))
      .filter((name) => name !== "")
      .map((name) => origin({ name, file: join(dirname(file), `${path}.ts`) })),
  );
}

/** Where a name is declared, though the file may only hand it on. */
function origin(name: Name): Name {
  if (declared(name.file).includes(name.name)) return name;
  const passedOn = [...fetched(name.file, "export"), ...fetched(name.file, "import")];
  return passedOn.find((other) => other.name === name.name) ?? name;
}

const declared = (file: string) =>
  [...text(file).matchAll(/^export (?:interface|type|class) (\w+)/gm)].map(([, name]) => name!);

/** A declaration as callers see it: a function up to its body, an interface or a type whole. */
function declarationOf({ name, file }: Name): string {
  const start = new RegExp(
    `^export (?:async )?(?:(?:function\\*?|const) ${name}\\b[\\s\\S]*?\\{\\n {2}|interface ${name}\\b[\\s\\S]*?^\\}|type ${name}\\b[\\s\\S]*?;$)`,
    "m",
  );
  return start.exec(text(file))?.[0] ?? "";
}

const exported = (entry: string): Name[] => fetched(`${entry}.ts`, "export");
const key = ({ name, file }: Name) => `${file} ${name}`;

/** Types shared within the package that an entry's exports name, and that neither it nor the entries it builds on export. */
function missing(entry: string): string[] {
  const below = entry === "report" ? ["index", "draw"] : ["index"];
  const known = new Set([...below, entry].flatMap(exported).map(key));
  const absent = exported(entry).flatMap((name) => {
    const own = declared(name.file).map((type) => ({ name: type, file: name.file }));
    const words = new Set(declarationOf(name).match(/\b[A-Z]\w*/g));
    return [...own, ...fetched(name.file, "import")]
      .filter((type) => words.has(type.name) && !known.has(key(type)))
      .map((type) => `${name.name} names ${type.name} of ${type.file}`);
  });
  return absent.sort();
}

describe.each(entries)("%s", (entry) => {
  it("exports what there is", () => {
    expect(exported(entry).length).toBeGreaterThan(0);
    for (const { name, file } of exported(entry)) {
      expect(text(file), file).toMatch(new RegExp(`^export (async )?[a-z]+\\*? ${name}\\b`, "m"));
    }
  });

  it("exports every type that its exports name", () => {
    expect(missing(entry)).toEqual([]);
  });
});
