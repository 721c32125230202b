import { GraphError } from "../errors.js";
import { type ElementType, isFloat } from "./element.js";
import type { Attributes } from "./node.js";
import { operatorAt, operators } from "./operators/index.js";
import type { Operator, TypeInfo } from "./operators/types.js";
import { describe, type Value } from "./value.js";

/**
 * Shape and dtype of an operator's outputs.
 * @throws GraphError when the operator is unknown here or its inputs do not fit
 */
export function inferOutputs(
  op: string,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
  opset: number,
): TypeInfo[] {
  const operator = operatorAt(op, opset);
  if (!operator) throw unknown(op, opset);
  try {
    checkDType(op, operator, inputs[0]?.dtype);
    return operator.infer(
      inputs.filter((input) => input !== null),
      attributes,
      inputs,
    );
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    const types = inputs.map((input) => (input ? describe(input) : "none")).join(", ");
    throw new GraphError(`${op}(${types}): ${cause.message}`, { cause, computed: cause.computed });
  }
}

function unknown(op: string, opset: number): GraphError {
  return Object.hasOwn(operators, op)
    ? new GraphError(`ONNX has no ${op} in opset ${opset}; choose a later one`)
    : new GraphError(`ONNX operator ${op} has no row in ir/operators; add one`);
}

function checkDType(op: string, { takes }: Operator, dtype: ElementType | undefined): void {
  if (!dtype) return;
  if (takes === "float" && !isFloat(dtype))
    throw new GraphError(`ONNX's ${op} takes float32 only; cast to it first`);
  if (takes === "number" && dtype === "bool")
    throw new GraphError(`ONNX's ${op} takes no bool; cast to a number first`);
}
