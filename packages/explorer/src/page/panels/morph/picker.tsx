import { useSignal } from "@preact/signals";
import { someRows } from "@vaekit/latent";
import { useMemo } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { newSeed } from "../../core/random.js";
import { rowName } from "../../core/state.js";
import { Thumbnail } from "../../ui/thumbnail.js";

const shown = 24;

interface PickerProps {
  full: boolean;
  add: (row: number) => void;
}

/** A few rows of the reference to choose from, others at each shuffle, or any by its number. */
export function Picker({ full, add }: PickerProps) {
  const state = useExplorer();
  const seed = useSignal(newSeed());
  const number = useSignal("");
  const { rows, thumbnails } = state.site.reference;
  const some = useMemo(() => [...someRows(rows, shown, seed.value)], [rows, seed.value]);
  const row = number.value === "" ? -1 : Number(number.value);
  const known = Number.isInteger(row) && row >= 0 && row < rows;
  return (
    <div class="morph-picker">
      <ul class="morph-examples" aria-label="Some of them">
        {some.map((each) => (
          <li key={each}>
            <button
              type="button"
              disabled={full}
              aria-label={`Add ${rowName(state, each)}`}
              onClick={() => add(each)}
            >
              {thumbnails.sheets.length > 0 ? <Thumbnail row={each} size={40} /> : each}
            </button>
          </li>
        ))}
      </ul>
      <form
        class="toolbar"
        onSubmit={(event) => {
          event.preventDefault();
          if (known && !full) add(row);
        }}
      >
        <button
          type="button"
          onClick={() => {
            seed.value = newSeed();
          }}
        >
          Shuffle
        </button>
        <label class="morph-number">
          Number
          <input
            type="number"
            min={0}
            max={rows - 1}
            step={1}
            placeholder={`0 to ${rows - 1}`}
            value={number.value}
            onInput={(event) => {
              number.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" disabled={!known || full}>
          Add it
        </button>
      </form>
    </div>
  );
}
