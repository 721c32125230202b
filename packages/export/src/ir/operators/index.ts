import { convolution } from "./convolution.js";
import { elementwise } from "./elementwise.js";
import { indexing } from "./indexing.js";
import { linear } from "./linear.js";
import { order } from "./order.js";
import { quantize } from "./quantize.js";
import { reduce } from "./reduce.js";
import { shape } from "./shape.js";
import { signal } from "./signal.js";
import { spatial } from "./spatial.js";
import type { Operator, Operators } from "./types.js";

/** Every ONNX operator that a lowering or a pass emits. */
export const operators: Operators = {
  ...elementwise,
  ...reduce,
  ...linear,
  ...shape,
  ...indexing,
  ...order,
  ...convolution,
  ...spatial,
  ...signal,
  ...quantize,
};

/** The form of an operator that a version of the operator set has; null where it has none. */
export function operatorAt(op: string, opset: number): Operator | null {
  const found = Object.hasOwn(operators, op) ? operators[op]! : [];
  const forms = Array.isArray(found) ? (found as readonly Operator[]) : [found as Operator];
  const fits = ({ since = 13, until = Number.POSITIVE_INFINITY }: Operator) =>
    since <= opset && opset <= until;
  return forms.find(fits) ?? null;
}
