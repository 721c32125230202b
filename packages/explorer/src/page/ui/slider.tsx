import type { ComponentChildren } from "preact";

interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number | "any";
  /** The value in words. */
  text?: string;
  disabled?: boolean;
  /** A place on the track to show. */
  mark?: number;
  onInput: (value: number) => void;
  children?: ComponentChildren;
}

/** A labelled range; children stand beside the label. */
export function Slider({
  label,
  value,
  min,
  max,
  step = "any",
  text,
  disabled,
  mark,
  onInput,
  children,
}: SliderProps) {
  const shown = text ?? value.toFixed(2);
  const range = (
    <input
      type="range"
      min={min}
      max={max}
      step={step === "any" ? (max - min) / 400 : step}
      value={value}
      disabled={disabled}
      aria-valuetext={shown}
      onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
    />
  );
  return (
    <label class="slider">
      <span class="slider-label">
        {label} {children}
      </span>
      {mark === undefined ? (
        range
      ) : (
        <span class="slider-track" style={{ "--mark": `${(mark - min) / (max - min)}` }}>
          {range}
        </span>
      )}
      <output class="slider-value" aria-live="off">
        {shown}
      </output>
    </label>
  );
}
