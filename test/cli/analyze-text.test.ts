import { describe, expect, it } from "vitest";
import { analysisProgress } from "../../packages/cli/src/analysis-text.ts";

/** A stream that keeps what is written to it. */
function stream(isTTY: boolean) {
  const written: string[] = [];
  const fake = { isTTY, write: (text: string) => written.push(text) > 0 };
  return { written, progress: analysisProgress(fake as unknown as NodeJS.WriteStream) };
}

const told = [
  { stage: "UMAP", done: 0, total: 200 },
  { stage: "UMAP", done: 50, total: 200 },
  { stage: "HDBSCAN", done: 0, total: 1 },
];

describe("an analysis's progress", () => {
  it("is one line on a terminal, gone at the end", () => {
    const { written, progress } = stream(true);
    for (const step of told) progress.show(step);
    progress.end();
    progress.end();
    const clear = "\r\x1b[2K";
    expect(written).toEqual([`${clear}UMAP`, `${clear}UMAP 25 %`, `${clear}HDBSCAN`, clear]);
  });

  it("is a line for each stage elsewhere", () => {
    const { written, progress } = stream(false);
    for (const step of told) progress.show(step);
    progress.end();
    expect(written).toEqual(["UMAP\n", "HDBSCAN\n"]);
  });
});
