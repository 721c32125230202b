import { drawCode, resetAll } from "../core/change.js";
import { useExplorer } from "../core/context.js";
import { newSeed } from "../core/random.js";
import { mostStops, type State, say } from "../core/state.js";
import { CodeDialog } from "./code-dialog.js";
import { CodeNumbers } from "./code-numbers.js";
import { CopyButton } from "./copy-button.js";
import { Downloads } from "./downloads.js";
import { exactLink } from "./share.js";

/** What can be done with the code that is looked at, whatever panel is open. */
export function Actions() {
  const state = useExplorer();
  return (
    <div class="actions">
      <div class="action-row">
        <button type="button" onClick={() => void random(state)}>
          Random
        </button>
        <button type="button" onClick={() => mean(state)}>
          Mean
        </button>
        <button type="button" onClick={() => keep(state)} title="Keep it as a stop of the morph">
          Keep
        </button>
      </div>
      <div class="action-row">
        <CopyButton title="Copy link" what="The link" text={() => exactLink(state)} />
        <Downloads />
        <CodeDialog />
      </div>
      <CodeNumbers />
    </div>
  );
}

async function random(state: State): Promise<void> {
  if (await drawCode(state, newSeed())) say(state, "Another code, drawn from the prior.");
}

function mean(state: State): void {
  resetAll(state);
  const { length } = state.locks.peek();
  say(
    state,
    length > 0 ? `The mean of all codes, but for ${length} locked dimensions.` : "The mean of all codes.",
  );
}

function keep(state: State): void {
  const stops = state.stops.peek();
  if (stops.length >= mostStops) {
    say(state, `A morph has ${mostStops} stops at most: remove one there first.`);
    return;
  }
  const name = state.origin.peek() || `code ${stops.length + 1}`;
  state.stops.value = [...stops, { z: state.z.peek(), name }];
  say(state, `Kept as stop ${stops.length + 1} of the morph.`);
}
