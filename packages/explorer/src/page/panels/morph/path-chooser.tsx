import { useExplorer } from "../../core/context.js";
import { type PathName, pathNames } from "./path.js";

const names = Object.keys(pathNames) as PathName[];

export function PathChooser() {
  const state = useExplorer();
  const chosen = state.path.value;
  return (
    <fieldset class="morph-path">
      <legend>Path</legend>
      <div class="choices">
        {names.map((name) => (
          <label key={name} class="choice">
            <input
              type="radio"
              name="morph-path"
              value={name}
              checked={name === chosen}
              onChange={() => {
                state.path.value = name;
              }}
            />
            <span>{pathNames[name].title}</span>
          </label>
        ))}
      </div>
      <p class="note">{pathNames[chosen].does} Each stop takes the same time to reach.</p>
    </fieldset>
  );
}
