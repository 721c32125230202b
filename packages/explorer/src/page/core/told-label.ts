/** The label that a condition [classes] says most of; -1 where the model is told nothing. */
export function toldLabel(condition: Float32Array | null): number {
  return condition ? condition.indexOf(Math.max(...condition)) : -1;
}
