import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findPython } from "../../tools/python.mjs";

const folder = join(import.meta.dirname, "oracles");
const scripts = readdirSync(folder).filter((file) => file.endsWith(".py") && file !== "common.py");
const python = findPython({ needs: ["numpy", "sklearn", "umap"] });
/** Half a minute of Python: CI has a step for it. */
const asked = process.env.VAEKIT_PEERS === "1";
const missing = !python
  ? " (skipped: no Python with scikit-learn; node tools/python.mjs --only latent installs it)"
  : asked
    ? ""
    : " (not made again: VAEKIT_PEERS=1 does that)";

/** Sums are taken in another order elsewhere; where hundreds of steps follow one another, that grows. */
const tolerances: Readonly<Record<string, number>> = { "tsne.py": 0.02, "umap-layout.py": 0.02 };
const tolerance = 1e-5;

/** Where two values of JSON differ by more than `most` of what is larger. */
function differences(stored: unknown, made: unknown, most: number, path = ""): string[] {
  if (typeof stored === "number" && typeof made === "number") {
    const near = Math.abs(stored - made) <= most * Math.max(1, Math.abs(stored), Math.abs(made));
    return near ? [] : [`${path}: ${stored} is stored, ${made} was made`];
  }
  if (stored !== null && made !== null && typeof stored === "object" && typeof made === "object") {
    const names = new Set([...Object.keys(stored), ...Object.keys(made)]);
    return [...names].flatMap((name) =>
      differences(
        (stored as Record<string, unknown>)[name],
        (made as Record<string, unknown>)[name],
        most,
        `${path}/${name}`,
      ),
    );
  }
  return Object.is(stored, made) ? [] : [`${path}: ${stored} is stored, ${made} was made`];
}

describe(`stored values of scikit-learn, scipy and umap-learn${missing}`, () => {
  it("there are scripts, and each has its values", () => {
    expect(scripts.length).toBeGreaterThan(5);
    const stored = readdirSync(folder).filter((file) => file.endsWith(".json"));
    expect(stored.sort()).toEqual(scripts.map((file) => file.replace(/\.py$/, ".json")).sort());
  });

  it.skipIf(!python || !asked).each(scripts)("%s makes what is stored", (script) => {
    const made = execFileSync(python!, ["-W", "ignore", join(folder, script)], { maxBuffer: 2 ** 26 });
    const stored = readFileSync(join(folder, script.replace(/\.py$/, ".json")), "utf8");
    const most = tolerances[script] ?? tolerance;
    expect(differences(JSON.parse(stored), JSON.parse(`${made}`), most).slice(0, 5)).toEqual([]);
  });
});
