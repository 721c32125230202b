import { writeFileSync } from "node:fs";
import { it } from "vitest";
import { compareWithPyTorch, differences } from "../../bench/support/objectives.mjs";
import { findPython } from "../../tools/python.mjs";
it("x", async () => {
  const { results } = await compareWithPyTorch(findPython({ needs: ["torch"] })!);
  writeFileSync("/tmp/peer/results2.json", JSON.stringify(results.map((r) => [r.name, differences(r), r.theirs[0]!.loss, r.theirs.at(-1)!.loss])));
}, 300000);
