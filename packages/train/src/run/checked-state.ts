import { RunError } from "../errors.js";

/** A checkpoint's tensors, held against those that the model has. @throws RunError */
export function checkedState(
  state: Record<string, Float32Array>,
  expected: Record<string, { length: number }>,
) {
  for (const [name, { length }] of Object.entries(expected)) {
    if (state[name]?.length !== length) {
      const got = state[name]?.length ?? "no";
      throw new RunError(
        `the checkpoint has ${got} values for ${name}, the model ${length}: its module builds other weights now, or config.json was changed after it was written.`,
      );
    }
  }
  return state;
}
