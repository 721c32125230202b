import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { DimensionList } from "./dimension-list.js";
import { dimensionOrder, inactiveNote, numbersIn } from "./dimensions.js";
import { Strip } from "./strip.js";
import { Tools } from "./tools.js";

/** So many dimensions are looked through at a glance; more have a field to find one. */
const glance = 24;

/** One slider for each latent dimension, those that carry most first. Does not read z: its rows do. */
export function SlidersPanel() {
  const { dimensions, of } = useExplorer().site.reference;
  const { active, inactive } = useMemo(() => dimensionOrder(dimensions), [dimensions]);
  const [asked, setAsked] = useState("");
  const [open, setOpen] = useState(active.length === 0);
  const [turned, turn] = useTurned((active[0] ?? inactive[0])!);
  const known = dimensions.flatMap(({ kl }) => (kl === null ? [] : [kl]));
  const most = known.length > 0 ? Math.max(...known) : null;
  const wanted = numbersIn(asked);
  const list = { most, onTurn: turn };
  return (
    <div class="sliders">
      <Tools />
      <Strip index={turned} />
      <p class="note">
        {most === null
          ? "Ordered by the spread of their codes."
          : "Ordered by KL, which says how much a dimension carries."}{" "}
        Sliders go from the 1st to the 99th percentile of{" "}
        {of === "prior" ? "draws from the prior" : "the examples"} and a tenth further, or to where the code
        is; the mark is the median.
      </p>
      {dimensions.length > glance && (
        <label class="sliders-find">
          Show dimensions
          <input
            type="text"
            inputMode="numeric"
            placeholder="all, or 3, 10-14"
            value={asked}
            onInput={({ currentTarget }) => setAsked(currentTarget.value)}
          />
        </label>
      )}
      {wanted ? (
        <Found indices={[...active, ...inactive].filter(wanted)} last={dimensions.length - 1} {...list} />
      ) : (
        <>
          <DimensionList label="Dimensions" indices={active} {...list} />
          {inactive.length > 0 && (
            <details
              class="sliders-inactive"
              open={open}
              onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
            >
              <summary>
                {inactive.length} inactive {inactive.length === 1 ? "dimension" : "dimensions"}
              </summary>
              <p class="note">{inactiveNote(inactive.map((index) => dimensions[index]!))}</p>
              {open && <DimensionList label="Inactive dimensions" indices={inactive} {...list} />}
            </details>
          )}
        </>
      )}
    </div>
  );
}

interface FoundProps {
  indices: readonly number[];
  last: number;
  most: number | null;
  onTurn: (index: number) => void;
}

function Found({ indices, last, ...list }: FoundProps) {
  if (indices.length === 0) return <p class="note">No such dimension: they are numbered from 0 to {last}.</p>;
  return <DimensionList label="Dimensions asked for" indices={indices} {...list} />;
}

/** The dimension that the reader turned to last, once they have stayed with it a moment. */
function useTurned(first: number) {
  const [turned, setTurned] = useState(first);
  const timer = useRef(0);
  const turn = useCallback((index: number) => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setTurned(index), 90);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [turned, turn] as const;
}
