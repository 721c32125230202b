import { useRef } from "preact/hooks";
import { drawCode, resetAll } from "../../core/change.js";
import { useExplorer } from "../../core/context.js";
import { newSeed } from "../../core/random.js";
import { say } from "../../core/state.js";
import { SeedChooser, TemperatureChooser } from "../../ui/draw-choosers.js";

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
        <SeedChooser onChange={draw} />
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
        <TemperatureChooser
          onChange={() => {
            // What is looked at is a draw: the same one, warmer or colder.
            if (last.current && state.z.peek() === last.current) draw(state.seed.peek());
          }}
        />
      )}
    </div>
  );
}
