import { useExplorer } from "../../core/context.js";
import { newSeed } from "../../core/random.js";
import { Slider } from "../../ui/slider.js";
import { setGrid } from "./settings.js";

const counts = [16, 36, 64, 100];

export function CountChooser() {
  const state = useExplorer();
  return (
    <NumberSelect
      label="Samples"
      value={state.grid.value.count}
      options={counts.map((value) => ({ value, text: `${value}` }))}
      choose={(value) => {
        setGrid(state, { count: value });
      }}
    />
  );
}

interface NumberSelectProps {
  label: string;
  value: number;
  options: readonly { value: number; text: string }[];
  choose: (value: number) => void;
}

export function NumberSelect({ label, value, options, choose }: NumberSelectProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(Number(event.currentTarget.value))}>
        {options.map(({ value: each, text }) => (
          <option key={each} value={each} selected={each === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The seed, to be read, written down and typed in again. */
export function SeedChooser() {
  const { seed } = useExplorer();
  return (
    <>
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
            if (Number.isSafeInteger(value) && value >= 0) seed.value = value;
          }}
          onBlur={(event) => {
            event.currentTarget.value = `${seed.peek()}`;
          }}
        />
      </label>
      <button
        type="button"
        class="primary"
        onClick={() => {
          seed.value = newSeed();
        }}
      >
        New draw
      </button>
    </>
  );
}

export function TemperatureChooser() {
  const { temperature } = useExplorer();
  return (
    <div class="temperature">
      <Slider
        label="Temperature"
        value={temperature.value}
        min={0}
        max={2}
        step={0.05}
        onInput={(value) => {
          temperature.value = value;
        }}
      />
    </div>
  );
}

interface ChoicesProps<T extends string> {
  legend: string;
  name: string;
  options: readonly { value: T; text: string }[];
  value: T;
  choose: (value: T) => void;
}

/** One of a few, side by side. */
export function Choices<T extends string>({ legend, name, options, value, choose }: ChoicesProps<T>) {
  return (
    <fieldset class="switch">
      <legend>{legend}</legend>
      <div class="choices">
        {options.map((option) => (
          <label key={option.value} class="choice">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => choose(option.value)}
            />
            <span>{option.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
