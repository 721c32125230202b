import { effect } from "@preact/signals";
import { report, type State } from "./state.js";

/**
 * Keep state.picture what the decoder makes of state.z: one decode at a time, the newest code next, those between dropped.
 * Returns what ends it.
 */
export function followCode(state: State): () => void {
  let busy = false;
  let again = false;
  async function follow(): Promise<void> {
    const model = state.model.peek();
    if (busy || !model) {
      again = busy;
      return;
    }
    busy = true;
    do {
      again = false;
      try {
        const picture = await model.decode(state.z.peek(), state.condition.peek());
        if (!state.picture.peek()) performance.mark("first-picture");
        state.picture.value = picture;
      } catch (error) {
        report(
          state,
          `The decoder failed: ${messageOf(error)}`,
          "Reload the page; the map and its thumbnails still work.",
        );
      }
    } while (again);
    busy = false;
  }
  return effect(() => {
    // Read here, so that the effect runs again when they change.
    void state.z.value;
    void state.condition.value;
    void state.model.value;
    void follow();
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : `${error}`;
}
