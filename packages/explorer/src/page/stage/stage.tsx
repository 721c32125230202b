import { useExplorer } from "../core/context.js";
import { Picture } from "../ui/picture.js";
import { Actions } from "./actions.js";
import { ConditionChooser } from "./condition.js";
import { RunsOn } from "./runs-on.js";

/** What is looked at, whatever panel is open: the decoded picture, and what can be done with it. */
export function Stage() {
  const state = useExplorer();
  const model = state.model.value;
  const { loaded, total } = state.progress.value;
  const shape = model?.shape ?? [1, 1, 1];
  return (
    <aside class="stage" aria-label="The code that is looked at">
      <div class="stage-look">
        <div class="stage-picture" data-ready={state.picture.value ? "" : undefined}>
          <Picture pixels={state.picture.value} shape={shape} alt="What the decoder makes of the code" />
          {!model && !state.modelFailed.value && (
            <div class="loading">
              <label for="loading">Loading the decoder</label>
              <progress id="loading" max={total || 1} value={total ? loaded : undefined} />
            </div>
          )}
        </div>
        <div class="stage-told">
          <p class="origin">{state.origin.value || "\u00a0"}</p>
          <ConditionChooser />
        </div>
      </div>
      {model && (
        <div class="stage-do">
          <Actions />
          <RunsOn />
        </div>
      )}
    </aside>
  );
}
