import { type Keepsake, mostStops, type State, say } from "./state.js";

/** Add codes at the end of the morph's stops, as many as there is room for; how many that were. */
export function addStops(state: State, more: readonly Keepsake[]): number {
  const before = state.stops.peek();
  const added = more.slice(0, Math.max(0, mostStops - before.length));
  if (added.length > 0) state.stops.value = [...before, ...added];
  return added.length;
}

/** Keep one code as a stop, and say so; whether there was room for it. */
export function keepStop(state: State, stop: Keepsake): boolean {
  const kept = addStops(state, [stop]) > 0;
  const { length } = state.stops.peek();
  say(
    state,
    kept
      ? `Kept as stop ${length} of the morph.`
      : `A morph has ${mostStops} stops at most: remove one there first.`,
  );
  return kept;
}

/** The code that is looked at. */
export function stopOfView(state: State): Keepsake {
  const origin = state.origin.peek() || "picture";
  const name = origin === "morph" ? `morph at ${Math.round(state.at.peek() * 100)} %` : origin;
  return { z: state.z.peek(), name };
}
