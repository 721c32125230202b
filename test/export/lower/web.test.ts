import { encodeModel, optimize, type SupportedKernel, trace } from "@vaekit/export";
import { loadRuntime } from "@vaekit/infer";
import { it } from "vitest";
import { expectSameOutputs, runTfjs, specsOf } from "../support.ts";
import { type Case, feedsOf, forwardOf } from "./case.ts";
import { cases } from "./cases.ts";

const rows = Object.entries(cases).flatMap(([kernel, all]) =>
  all.map((row) => [kernel, row.shows, row as Case<SupportedKernel>] as const),
);

/** Another build of ONNX Runtime, for pages: it has to know the same operators, with the same results. */
it.each(rows)("%s in onnxruntime-web: %s", async (_kernel, _shows, row) => {
  const feeds = feedsOf(row);
  const graph = optimize(trace(forwardOf(row), specsOf(feeds)));
  const session = await (await loadRuntime("web")).createSession(encodeModel(graph));
  try {
    expectSameOutputs(await session.run(feeds), runTfjs(forwardOf(row), feeds), row.scaleTol);
  } finally {
    await session.dispose();
  }
});
