import { messageOf } from "./decode-loop.js";
import { go, report, type State } from "./state.js";

/** What the stage says of a code that a slider made. */
export const bySliders = "set by sliders";

/** The code with one number of it another. */
export function setDimension(state: State, index: number, value: number): void {
  const z = state.z.peek().slice();
  z[index] = value;
  go(state, z, bySliders);
}

/** Back to the mean of all codes, but for what is locked. */
export function resetAll(state: State): void {
  const means = Float32Array.from(state.site.reference.dimensions, ({ mean }) => mean);
  const z = withLocks(state, means);
  go(state, z, state.locks.peek().length > 0 ? bySliders : "the mean of all codes");
}

/** A draw from the prior that follows from the seed, the temperature and what is locked. null where a later one overtook it, or it failed, which is said. */
export async function drawCode(state: State, seed: number): Promise<Float32Array | null> {
  const temperature = state.temperature.peek();
  state.seed.value = seed;
  let drawn: Float32Array;
  try {
    drawn = await state.model.peek()!.sample(1, seed, temperature, state.condition.peek());
  } catch (error) {
    report(state, `The prior could not be drawn from: ${messageOf(error)}`, "What is shown stays.");
    return null;
  }
  if (state.seed.peek() !== seed || state.temperature.peek() !== temperature) return null;
  const z = withLocks(state, drawn);
  const held = state.locks.peek().length > 0 ? ", but for what is locked" : "";
  go(state, z, `a draw from the prior, seed ${seed}${held}`);
  return z;
}

function withLocks(state: State, values: Float32Array): Float32Array {
  const z = values.slice();
  for (const index of state.locks.peek()) z[index] = state.z.peek()[index]!;
  return z;
}

export function toggleLock(state: State, index: number): void {
  const locks = state.locks.peek();
  state.locks.value = locks.includes(index)
    ? locks.filter((other) => other !== index)
    : [...locks, index].sort((a, b) => a - b);
}
