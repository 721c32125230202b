import type { InputSpecs } from "../trace/trace.js";

/** Numbers in the inputs of one run; tfjs's cpu backend takes seconds for pictures of more. */
const mostNumbers = 2 ** 20;
/** What a symbolic axis other than the batch counts as. */
const openAxis = 64;

/** Batch sizes to verify a model on in reasonable time: 1, 7 and 64, or less for models that take large inputs. */
export function affordableBatches(inputs: InputSpecs): number[] {
  if (!Object.values(inputs).some(({ shape }) => shape.includes("batch"))) return [1];
  const row = Object.values(inputs).reduce((sum, { shape }) => {
    const sizes: readonly (number | string)[] = shape.filter((size) => size !== "batch");
    return (
      sum + sizes.reduce<number>((product, size) => product * (typeof size === "number" ? size : openAxis), 1)
    );
  }, 0);
  const most = Math.min(64, Math.max(2, Math.floor(mostNumbers / Math.max(1, row))));
  return [...new Set([1, Math.min(7, most), most])];
}
