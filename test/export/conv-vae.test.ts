import { checkGraph, optimize, trace } from "@vaekit/export";
import { RandomStream } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { it } from "vitest";
import { feeds, gradients, specs } from "../../bench/support/conv-vae.mjs";
import { expectSameOutputs, runOnnx, runTfjs } from "./support.ts";

/** The training graph whose speed `npm run bench -- conv-step` measures, held against tfjs's cpu backend. */
it("loss and gradients of the convolutional VAE equal tfjs's to 1e-6 of each output's scale", async () => {
  const rows = 2;
  const graph = optimize(trace(gradients(tf), specs(rows)));
  checkGraph(graph);
  const given = feeds(rows, new RandomStream(7, "sample"));
  expectSameOutputs(await runOnnx(graph, given), runTfjs(gradients(tf), given), 1e-6);
});
