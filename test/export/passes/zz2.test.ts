import { graphText, optimizeWithReport, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { it } from "vitest";
import { layers as L, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
const show = (name: string, m: LayersModel) => {
  m.setWeights(m.weights.map((w, i) => tf.randomUniform(w.shape as number[], 0.1, 0.9, "float32", i + 1)));
  const t = trace(m);
  const {graph, report} = optimizeWithReport(t, {check:true});
  console.log(name, "\nBEFORE", graphText(t), "\nAFTER ", graphText(graph), JSON.stringify(report.passes));
  for (const n of graph.nodes) console.log("   ", n.op, n.inputs.map(i => i && (i.data ? `const [${i.shape}] ${i.data.slice(0,3)}` : (i.producer?.op ?? "in"))).join(" ; "));
};
it("x", () => {
  show("ln", sequential({ layers: [L.dense({ units: 4, inputShape: [6] }), L.layerNormalization(), L.dense({units: 2})]}));
  show("ln4", sequential({ layers: [L.layerNormalization({inputShape: [6, 5, 3]})]}));
  for (const activation of ["gelu", "gelu_new", "hardSigmoid", "swish", "mish", "relu6", "softplus"]) show(activation, sequential({ layers: [L.dense({ units: 4, inputShape: [6], activation: activation as "relu" }), L.dense({units: 2})]}));
});
