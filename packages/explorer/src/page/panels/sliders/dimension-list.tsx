import { useState } from "preact/hooks";
import { DimensionRow } from "./dimension-row.js";

interface DimensionListProps {
  label: string;
  indices: readonly number[];
  most: number | null;
  onTurn: (index: number) => void;
}

const atFirst = 24;
const step = 48;

/** Sliders, the first of them at first: so many as a hundred are slow to draw and to look through. */
export function DimensionList({ label, indices, most, onTurn }: DimensionListProps) {
  const [shown, setShown] = useState(atFirst);
  const hidden = indices.length - shown;
  return (
    <>
      <ul class="dimensions" aria-label={label}>
        {indices.slice(0, shown).map((index) => (
          <DimensionRow key={index} index={index} most={most} onTurn={onTurn} />
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" onClick={() => setShown(shown + step)}>
          Show {Math.min(step, hidden)} more of {hidden}
        </button>
      )}
    </>
  );
}
