import { GraphError } from "../errors.js";
import { inferOutputs } from "./infer.js";
import type { Attribute, Node } from "./node.js";
import { operatorAt } from "./operators/index.js";
import type { AttributeKind, TypeInfo } from "./operators/types.js";
import { type Dim, describe, sameDim } from "./value.js";

/**
 * What is wrong with a node by itself: an operator that the opset lacks, too few or too many inputs, attributes that
 * are missing, unknown or of another kind, outputs whose dtype or shape is not what the operator gives.
 */
export function nodeFaults(node: Node, opset: number): string[] {
  const operator = operatorAt(node.op, opset);
  if (!operator) return [`no operator ${node.op} in opset ${opset}, as far as ir/operators knows`];
  const faults = attributeFaults(node, operator.attributes ?? {});
  const [least, most] =
    typeof operator.inputs === "number" ? [operator.inputs, operator.inputs] : operator.inputs;
  const count = node.inputs.length;
  if (count < least || count > most) {
    faults.push(`${count} inputs, ${node.op} takes ${least === most ? least : `${least} to ${most}`}`);
  }
  return faults.length > 0 ? faults : outputFaults(node, opset);
}

function attributeFaults({ op, attributes }: Node, known: Readonly<Record<string, AttributeKind>>): string[] {
  const faults: string[] = [];
  for (const [name, kind] of Object.entries(known)) {
    if (kind.endsWith("!") && !(name in attributes)) faults.push(`attribute ${name} is missing`);
  }
  for (const [name, value] of Object.entries(attributes)) {
    const wanted = known[name]?.replace("!", "");
    const found = kindOf(value);
    if (!wanted) faults.push(`${op} has no attribute ${name} in this opset`);
    else if (found !== wanted) faults.push(`attribute ${name} is ${found}, ${op} takes ${wanted}`);
  }
  return faults;
}

function kindOf(value: Attribute): string {
  if (typeof value === "number") return Number.isSafeInteger(value) ? "int" : "a number that is no integer";
  if (typeof value === "string") return "string";
  if ("float" in value) return "float";
  if ("floats" in value) return "floats";
  return value.every(Number.isSafeInteger) ? "ints" : "a list with numbers that are no integers";
}

/** Shapes that depend on computed sizes cannot be inferred; those stand as they were declared. */
function outputFaults(node: Node, opset: number): string[] {
  let inferred: TypeInfo[];
  try {
    inferred = inferOutputs(node.op, node.inputs, node.attributes, opset);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return error.computed ? [] : [error.message];
  }
  if (inferred.length < node.outputs.length) {
    return [`${node.outputs.length} outputs, ${node.op} gives ${inferred.length} here`];
  }
  return node.outputs.flatMap((output, at) => {
    const { dtype, shape } = inferred[at]!;
    const fits =
      dtype === output.dtype &&
      shape.length === output.rank &&
      shape.every((dim, axis) => isOpen(dim) || sameDim(dim, output.shape[axis]!));
    return fits
      ? []
      : [`output ${at} is declared ${describe(output)}, ${node.op} gives ${describe(inferred[at]!)}`];
  });
}

/** A size of -1 (Reshape): whatever is left. */
function isOpen(dim: Dim): boolean {
  return typeof dim === "number" && dim < 0;
}
