import { useExplorer } from "../core/context.js";
import { className, labelCondition } from "../core/state.js";
import { toldLabel } from "../core/told-label.js";
import { Slider } from "../ui/slider.js";

/** What the model is told beside z: a label, or numbers. Nothing for models that are told nothing. */
export function ConditionChooser() {
  const state = useExplorer();
  const kind = state.model.value?.manifest.condition;
  const condition = state.condition.value;
  if (!kind || !condition) return null;
  if (kind.kind === "labels") {
    const chosen = toldLabel(condition);
    return (
      <fieldset class="condition">
        <legend>Draw it as {state.site.labelName}</legend>
        <div class="choices">
          {Array.from({ length: kind.classes }, (_, label) => (
            <label key={label} class="choice">
              <input
                type="radio"
                name="condition"
                value={label}
                checked={label === chosen}
                onChange={() => {
                  state.condition.value = labelCondition(state, label);
                }}
              />
              <span>{className(state.site, label)}</span>
            </label>
          ))}
        </div>
      </fieldset>
    );
  }
  return (
    <fieldset class="condition">
      <legend>Told beside the code</legend>
      {kind.names.map((name, i) => (
        <Slider
          key={name}
          label={name}
          value={condition[i]!}
          min={kind.mean[i]! - 3 * kind.std[i]!}
          max={kind.mean[i]! + 3 * kind.std[i]!}
          onInput={(value) => {
            const next = condition.slice();
            next[i] = value;
            state.condition.value = next;
          }}
        />
      ))}
    </fieldset>
  );
}
