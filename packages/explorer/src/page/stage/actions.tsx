import { drawCode, resetAll } from "../core/change.js";
import { useExplorer } from "../core/context.js";
import { newSeed } from "../core/random.js";
import { type State, say } from "../core/state.js";
import { keepStop, stopOfView } from "../core/stops.js";
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
        <button
          type="button"
          onClick={() => keepStop(state, stopOfView(state))}
          title="Keep it as a stop of the morph"
        >
          Add to morph
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
