import { backend_util } from "@tensorflow/tfjs-core";
import type { Lowering } from "./kernels.js";
import { castTo, infoOf } from "./layout.js";

/** tfjs's equations (`ij,jk->ik`, no repeated letter, no dots) are a part of ONNX's. bool counts as int32. */
export const einsum: Lowering<"Einsum"> = (tensors, { equation }, graph) => {
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors.map(infoOf));
  const given = tensors.map((x) => (x.dtype === "bool" ? castTo(x, "int32", graph) : x));
  return graph.op("Einsum", given, { attributes: { equation: equation.replace(/\s/g, "") } });
};
