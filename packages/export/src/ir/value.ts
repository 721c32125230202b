import { sizeOf } from "@vaekit/infer";
import { GraphError } from "../errors.js";
import { type ElementArray, type ElementType, elementArrays } from "./element.js";
import type { Node } from "./node.js";

/** A size that is a multiple of the batch: `times` * batch. */
export interface BatchDim {
  readonly times: number;
}

/** A size along one axis: a number, or a multiple of the symbolic batch. */
export type Dim = number | BatchDim;
export type Shape = readonly Dim[];

export const batch: BatchDim = { times: 1 };

/**
 * A tensor in a graph. Exactly one of these holds: it is an input of the graph (`name`), a constant
 * (`data`), or an output of a node (`producer`).
 */
export class Value {
  producer: Node | null = null;

  constructor(
    readonly dtype: ElementType,
    readonly shape: Shape,
    /** Elements of a constant, row-major. */
    readonly data: ElementArray | null = null,
    /** A given name: of an input, or of the variable that a constant came from. */
    readonly name: string | null = null,
  ) {
    if (data && !(data instanceof elementArrays[dtype] && data.length === sizeOf(staticShape(this)))) {
      throw new GraphError(`constant ${name ?? ""}: ${data.length} elements do not make ${describe(this)}`);
    }
  }

  get rank(): number {
    return this.shape.length;
  }
}

/** The shape as numbers. @throws GraphError when the batch is symbolic in it */
export function staticShape(value: Pick<Value, "shape" | "name">): number[] {
  return value.shape.map((dim) => {
    if (typeof dim !== "number")
      throw new GraphError(`the size of ${value.name ?? "a value"} depends on the batch`);
    return dim;
  });
}

export function sameDim(a: Dim, b: Dim): boolean {
  return typeof a === "number" || typeof b === "number" ? a === b : a.times === b.times;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]!));
}

/** `batch`, `2*batch` or the number: also what an ONNX dim_param says. */
export function dimText(dim: Dim): string {
  if (typeof dim === "number") return `${dim}`;
  return dim.times === 1 ? "batch" : `${dim.times}*batch`;
}

export function describe(value: Pick<Value, "dtype" | "shape">): string {
  return `${value.dtype} [${value.shape.map(dimText).join(", ")}]`;
}
