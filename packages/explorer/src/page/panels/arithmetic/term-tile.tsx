import { useExplorer } from "../../core/context.js";
import type { Term } from "../../core/state.js";
import { Picture } from "../../ui/picture.js";
import { furthest } from "./sum.js";

/** Above 0, where "less" would be lost. */
const least = 0.05;

interface TermTileProps {
  term: Term;
  name: string;
  /** Whether its direction is not there now: it adds nothing. */
  missing: boolean;
  pixels: Uint8Array | null;
  onAmount: (amount: number) => void;
  onRemove: () => void;
}

/** One summand: its sign, its picture, how much of it. */
export function TermTile({ term, name, missing, pixels, onAmount, onRemove }: TermTileProps) {
  const { amount } = term;
  const shape = useExplorer().model.value!.shape;
  const shown = Math.abs(amount).toFixed(2);
  const words = `${amount < 0 ? "less" : "more"} like ${name}`;
  return (
    <div class="term">
      <span class="term-sign">{amount < 0 ? "−" : "+"}</span>
      <div class="term-body">
        <Picture pixels={pixels} shape={shape} alt="" />
        <span class="term-name" title={words}>
          {words}
        </span>
        <button type="button" class="term-remove" aria-label={`Remove ${words}`} onClick={onRemove}>
          ×
        </button>
        {missing ? (
          <span class="note">
            {term.direction === "selection" ? "Nothing is selected on the map." : "Not here."}
          </span>
        ) : (
          <label class="term-amount">
            <span class="hidden">Amount of {name}</span>
            <input
              type="range"
              min={least}
              max={furthest}
              step={0.05}
              value={Math.abs(amount)}
              aria-valuetext={`${shown} ${words}`}
              onInput={({ currentTarget }) => onAmount((amount < 0 ? -1 : 1) * currentTarget.valueAsNumber)}
            />
            <output>{shown}</output>
          </label>
        )}
      </div>
    </div>
  );
}
