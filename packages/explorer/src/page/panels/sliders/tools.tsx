import { useRef } from "preact/hooks";
import { drawCode, resetAll } from "../../core/change.js";
import { useExplorer } from "../../core/context.js";
import { newSeed } from "../../core/random.js";
import { say } from "../../core/state.js";
import { Slider } from "../../ui/slider.js";

/** What changes many dimensions at once. */
export function Tools() {
  const state = useExplorer();
  const last = useRef<Float32Array | null>(null);
  const warm = state.model.value!.manifest.prior.name !== "codebook";
  const draw = async (seed: number) => {
    const z = await drawCode(state, seed);
    if (z) last.current = z;
    if (z) say(state, `Drew a code from the prior with seed ${seed}.`);
  };
  const locked = state.locks.value.length;
  return (
    <div class="sliders-tools">
      <div class="toolbar">
        <button type="button" class="primary" onClick={() => draw(newSeed())}>
          Randomise
        </button>
        <button
          type="button"
          onClick={() => {
            resetAll(state);
            say(state, locked ? "Reset to the mean, but for what is locked." : "Reset to the mean.");
          }}
        >
          Reset all
        </button>
        <label class="sliders-seed">
          Seed
          <input
            type="number"
            min={0}
            max={999999}
            step={1}
            value={state.seed.value}
            onChange={({ currentTarget }) => {
              const seed = currentTarget.valueAsNumber;
              if (Number.isInteger(seed) && seed >= 0) draw(seed);
              else currentTarget.value = `${state.seed.peek()}`;
            }}
          />
        </label>
        <button
          type="button"
          disabled={locked === 0}
          onClick={() => {
            state.locks.value = [];
          }}
        >
          Unlock all
        </button>
      </div>
      {warm && (
        <Slider
          label="Temperature"
          value={state.temperature.value}
          min={0}
          max={1.5}
          step={0.05}
          onInput={(temperature) => {
            state.temperature.value = temperature;
            // What is looked at is a draw: the same one, warmer or colder.
            if (last.current && state.z.peek() === last.current) draw(state.seed.peek());
          }}
        />
      )}
    </div>
  );
}
