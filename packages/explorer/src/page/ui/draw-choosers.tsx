import { useExplorer } from "../core/context.js";
import { Slider } from "./slider.js";

/** The temperature that a slider goes to; a link may ask for more. */
const warmest = 2;

/** Told each change. */
interface ChooserProps {
  onChange?: (value: number) => void;
}

/** The seed, to be read, written down and typed in again. */
export function SeedChooser({ onChange }: ChooserProps) {
  const { seed } = useExplorer();
  return (
    <label class="field">
      <span>Seed</span>
      <input
        type="number"
        min={0}
        max={Number.MAX_SAFE_INTEGER}
        step={1}
        value={seed.value}
        onInput={(event) => {
          const value = event.currentTarget.valueAsNumber;
          if (!Number.isSafeInteger(value) || value < 0) return;
          seed.value = value;
          onChange?.(value);
        }}
        onBlur={(event) => {
          event.currentTarget.value = `${seed.peek()}`;
        }}
      />
    </label>
  );
}

export function TemperatureChooser({ onChange }: ChooserProps) {
  const { temperature } = useExplorer();
  return (
    <div class="temperature">
      <Slider
        label="Temperature"
        value={temperature.value}
        min={0}
        max={Math.max(warmest, temperature.value)}
        step={0.05}
        onInput={(value) => {
          temperature.value = value;
          onChange?.(value);
        }}
      />
    </div>
  );
}
