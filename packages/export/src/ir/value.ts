import { sizeOf } from "@vaekit/infer";
import { GraphError } from "../errors.js";
import { type Dim, sameDim } from "./dim.js";
import { type ElementArray, type ElementType, elementArrays } from "./element.js";
import type { Node } from "./node.js";

export { batch, type Dim, SymbolicDim, sameDim, symbolicDim } from "./dim.js";

export type Shape = readonly Dim[];

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

/** The shape as numbers. @throws GraphError when a size is symbolic in it */
export function staticShape(value: Pick<Value, "shape" | "name">): number[] {
  return value.shape.map((dim) => {
    if (typeof dim !== "number")
      throw new GraphError(`the size of ${value.name ?? "a value"} is symbolic: ${dim.text}`, {
        computed: true,
      });
    return dim;
  });
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]!));
}

/** `batch`, `2*batch`, `floor((height+1)/2)` or the number: also what an ONNX dim_param says. */
export function dimText(dim: Dim): string {
  return `${dim}`;
}

export function describe(value: Pick<Value, "dtype" | "shape">): string {
  return `${value.dtype} [${value.shape.map(dimText).join(", ")}]`;
}
