import type { ElementType } from "../element.js";
import type { Attributes } from "../node.js";
import type { Shape, Value } from "../value.js";

export interface TypeInfo {
  dtype: ElementType;
  shape: Shape;
}

/** Types of the outputs, from the inputs that are given; `all` has null for those left out. */
export type Rule = (
  inputs: readonly Value[],
  attributes: Attributes,
  all: readonly (Value | null)[],
) => TypeInfo[];

/** What an attribute holds; with "!" it must be given. */
export type AttributeKind =
  | "int"
  | "ints"
  | "float"
  | "floats"
  | "string"
  | "int!"
  | "ints!"
  | "float!"
  | "string!";

/** One ONNX operator, as far as vaekit emits it. */
export interface Operator {
  infer: Rule;
  /** How many inputs: exactly, or from and to; those left out (null) count. */
  inputs: number | readonly [number, number];
  /** Element types that ONNX takes for the first input. Default: any. */
  takes?: "float" | "number";
  attributes?: Readonly<Record<string, AttributeKind>>;
  /** First version of the operator set that has it in this form. Default: 13, the oldest that vaekit writes. */
  since?: number;
  /** Last version that has it in this form. */
  until?: number;
}

/** An operator whose form changed has one row for each form, told apart by since and until. */
export type Operators = Readonly<Record<string, Operator | readonly Operator[]>>;
