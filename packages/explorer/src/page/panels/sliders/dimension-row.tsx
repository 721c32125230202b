import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { bySliders, setDimension, toggleLock } from "../../core/change.js";
import { useExplorer } from "../../core/context.js";
import { Slider } from "../../ui/slider.js";
import { type Range, rangeOf, widened } from "./dimensions.js";

interface DimensionRowProps {
  index: number;
  /** The largest KL of all, which a full bar stands for; null where none is known. */
  most: number | null;
  /** Told when the reader turns to this dimension. */
  onTurn: (index: number) => void;
}

/** One latent dimension: its KL, its slider, its lock. Drawn again only when its own number changes. */
export function DimensionRow({ index, most, onTurn }: DimensionRowProps) {
  const state = useExplorer();
  const dimension = state.site.reference.dimensions[index]!;
  const value = useComputed(() => state.z.value[index]!).value;
  const locked = useComputed(() => state.locks.value.includes(index)).value;
  const range = useSteadyRange(index, value);
  const { kl, mean, quantiles } = dimension;
  return (
    <li class="dimension" onPointerEnter={() => onTurn(index)} onFocusCapture={() => onTurn(index)}>
      <Slider
        label={`z ${index}`}
        value={value}
        {...range}
        mark={quantiles[2]}
        onInput={(next) => setDimension(state, index, next)}
      >
        {kl !== null && most !== null && (
          <span class="dimension-kl">
            <span class="dimension-bar" style={{ width: `${(100 * Math.max(0, kl)) / (most || 1)}%` }} />
            <span>{kl.toFixed(2)} nats</span>
          </span>
        )}
      </Slider>
      <button
        type="button"
        class="icon"
        aria-label={`Lock z ${index}`}
        aria-pressed={locked}
        title="Leave it as it is when randomising and resetting"
        onClick={() => toggleLock(state, index)}
      >
        <LockIcon open={!locked} />
      </button>
      <button
        type="button"
        class="icon"
        aria-label={`Reset z ${index}`}
        title="Back to the mean"
        disabled={locked}
        onClick={() => setDimension(state, index, mean)}
      >
        <ResetIcon />
      </button>
    </li>
  );
}

/** The range does not become narrower while the reader moves sliders, or the thumb would run away from the pointer. */
function useSteadyRange(index: number, value: number): Range {
  const state = useExplorer();
  const last = useRef<Range | null>(null);
  const moving = state.origin.peek() === bySliders;
  last.current =
    moving && last.current
      ? widened(last.current, value)
      : rangeOf(state.site.reference.dimensions[index]!, value);
  return last.current;
}

function LockIcon({ open }: { open: boolean }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <rect x="3" y="7" width="10" height="7" rx="1.5" fill="currentColor" />
      <path
        d={open ? "M5 7V5a3 3 0 0 1 5.8-1" : "M5 7V5a3 3 0 0 1 6 0v2"}
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
      />
    </svg>
  );
}

function ResetIcon() {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d="M3.5 5.5A5.2 5.2 0 1 1 2.8 9M3 2.2v3.6h3.6"
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
