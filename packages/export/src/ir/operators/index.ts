import { elementwise } from "./elementwise.js";
import { linear } from "./linear.js";
import { reduce } from "./reduce.js";
import { shape } from "./shape.js";
import type { Operator, Operators } from "./types.js";

/** Every ONNX operator that a lowering or a pass emits. */
export const operators: Operators = { ...elementwise, ...reduce, ...linear, ...shape };

/** The form of an operator that a version of the operator set has; null where it has none. */
export function operatorAt(op: string, opset: number): Operator | null {
  const found = Object.hasOwn(operators, op) ? operators[op]! : [];
  const forms = Array.isArray(found) ? (found as readonly Operator[]) : [found as Operator];
  const fits = ({ since = 13, until = Number.POSITIVE_INFINITY }: Operator) =>
    since <= opset && opset <= until;
  return forms.find(fits) ?? null;
}
