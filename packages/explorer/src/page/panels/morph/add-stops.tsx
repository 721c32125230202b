import { useSignal } from "@preact/signals";
import { useExplorer } from "../../core/context.js";
import { messageOf } from "../../core/decode-loop.js";
import { newSeed } from "../../core/random.js";
import { go, type Keepsake, mostStops, report, say } from "../../core/state.js";
import { addStops, stopOfView } from "../../core/stops.js";
import { Picker } from "./picker.js";
import { randomRows, stopOfRow } from "./stops.js";

/** Buttons that add stops: what is looked at, examples, draws from the prior. */
export function AddStops() {
  const state = useExplorer();
  const picking = useSignal(false);
  const reference = state.reference.value;
  const count = state.stops.value.length;
  const full = count >= mostStops;
  const example = state.site.reference.of === "prior" ? "draw of the map" : "example";
  const add = (...more: Keepsake[]) => {
    const added = more.slice(0, addStops(state, more));
    if (added.length > 0)
      say(state, `${added.map(({ name }) => name).join(" and ")} added, ${state.stops.peek().length} stops`);
  };
  const addRows = (rows: readonly number[]) => {
    if (!reference) return;
    const more = rows.map((row) => stopOfRow(state, reference, row));
    add(...more);
    // Two at once are a morph, which begins at the first.
    if (count === 0 && more.length > 1) {
      state.at.value = 0;
      go(state, more[0]!.z, more[0]!.name);
    }
  };
  const addDraw = async () => {
    const seed = newSeed();
    const { temperature, condition, model } = state;
    try {
      const z = await model.peek()!.sample(1, seed, temperature.peek(), condition.peek());
      add({ z, name: `random draw ${seed}` });
    } catch (error) {
      report(state, `The prior cannot be drawn from: ${messageOf(error)}`, "Examples can still be added.");
    }
  };
  return (
    <div class="morph-add">
      <div class="toolbar">
        <button type="button" disabled={full} onClick={() => add(stopOfView(state))}>
          Add this picture
        </button>
        <button
          type="button"
          class={count === 0 ? "primary" : ""}
          disabled={full || !reference}
          onClick={() => addRows(randomRows(reference!, count === 0 ? 2 : 1))}
        >
          {count === 0 ? `Two random ${example}s` : `Random ${example}`}
        </button>
        <button type="button" disabled={full} onClick={() => void addDraw()}>
          Random draw
        </button>
        <button
          type="button"
          disabled={!reference}
          aria-expanded={picking.value}
          aria-controls="morph-picker"
          onClick={() => {
            picking.value = !picking.value;
          }}
        >
          {picking.value ? "Close the choice" : "Choose …"}
        </button>
        <span class="note">
          {count} of at most {mostStops} stops
        </span>
      </div>
      {!reference && <p class="note">The {example}s are not here; pictures and random draws can be added.</p>}
      <div id="morph-picker">
        {picking.value && reference && <Picker full={full} add={(row) => addRows([row])} />}
      </div>
    </div>
  );
}
