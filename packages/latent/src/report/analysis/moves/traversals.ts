import { traversal } from "../../../move/traversal.js";
import type { CheckedInput, Pictures } from "../../input.js";
import type { Step } from "../../step.js";
import type { Decode } from "./decode.js";

/** One dimension moved, the others held. */
export interface Traversal {
  dimension: number;
  /** Of the dimension, in units of z. */
  values: number[];
  pictures: Pictures;
}

const steps = 9;

export async function traversals(
  { codes }: CheckedInput,
  dimensions: readonly number[],
  decode: Decode,
  step: Step,
): Promise<Traversal[]> {
  const moved: Traversal[] = [];
  for (const dimension of dimensions) {
    const { z, values } = traversal(codes, { dimension, steps });
    moved.push({ dimension, values, pictures: await step.run("traversals", () => decode(z)) });
  }
  return moved;
}
