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
  onInput,
  children,
}: SliderProps) {
  const shown = text ?? value.toFixed(2);
  return (
    <label class="slider">
      <span class="slider-label">
        {label} {children}
      </span>
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
      <output class="slider-value">{shown}</output>
    </label>
  );
}
