import { useExplorer } from "../../core/context.js";
import { newSeed } from "../../core/random.js";
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

export function NewDraw() {
  const { seed } = useExplorer();
  return (
    <button
      type="button"
      class="primary"
      onClick={() => {
        seed.value = newSeed();
      }}
    >
      New draw
    </button>
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
