import { useMemo, useRef, useState } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { fileName } from "../../core/file-name.js";
import { blobOf } from "../../core/paint.js";
import { save } from "../../core/save.js";
import { go } from "../../core/state.js";
import { AxisTicks } from "./axis-ticks.js";
import { Cells } from "./cells.js";
import { cellAt, cellCount, cellOf, type Plan, placeOn } from "./plan.js";
import { enlarged, sheetOf } from "./sheet.js";
import { useDecoded } from "./use-decoded.js";
import { useSmooth } from "./use-smooth.js";

/** A plan's pictures on one canvas, with a cell over each that can be pointed at, focused and chosen. */
export function Board({ plan }: { plan: Plan }) {
  const state = useExplorer();
  const { shape, latent } = state.model.value!;
  const rows = cellCount(plan, latent) / plan.columns;
  const sheet = useMemo(() => sheetOf(shape, plan.columns, rows), [shape, plan.columns, rows]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { done, error } = useDecoded(canvas, plan, sheet);
  const smooth = useSmooth(canvas, sheet.width);
  const [at, setAt] = useState(-1);
  const z = state.z.value;
  const condition = state.condition.value;
  const current = useMemo(() => cellOf(plan, z, condition), [plan, z, condition]);
  const place = plan.plane && current < 0 ? placeOn(plan.plane, z) : null;
  const read = at >= 0 && at < rows * plan.columns ? at : current;
  const choose = (cell: number) => {
    const part = cellAt(plan, latent, cell);
    go(state, part.z.slice(), plan.nameOf(cell), part.condition);
  };
  return (
    <div class="board">
      <div class="board-area" style={{ "--ratio": `${sheet.width / sheet.height}` }}>
        {plan.down && <AxisTicks axis={plan.down} side="down" />}
        <div class="board-picture" style={{ aspectRatio: `${sheet.width} / ${sheet.height}` }}>
          <canvas
            ref={canvas}
            class={smooth ? "smooth" : "picture"}
            width={sheet.width}
            height={sheet.height}
          />
          <Cells plan={plan} rows={rows} current={current} busy={!done} point={setAt} choose={choose} />
          {place && (
            <span
              class="board-place"
              aria-hidden="true"
              style={{ left: `${place.left * 100}%`, top: `${place.top * 100}%` }}
            />
          )}
        </div>
        {plan.across && <AxisTicks axis={plan.across} side="across" />}
      </div>
      <div class="board-side">
        <div class="toolbar">
          <button
            type="button"
            disabled={!done || error !== null}
            onClick={async () =>
              save(`${fileName(state.site.name, "grid")}.png`, await blobOf(enlarged(canvas.current!)))
            }
          >
            Download grid as PNG
          </button>
        </div>
        <p class="board-read">
          {read < 0 ? (
            <span class="note">Point at a picture for its numbers; choose it to go there.</span>
          ) : (
            <Numbers plan={plan} cell={read} />
          )}
        </p>
        {error && (
          <p class="board-error" role="alert">
            The grid was not decoded: {error} Reload the page; the map and its thumbnails still work.
          </p>
        )}
      </div>
    </div>
  );
}

function Numbers({ plan, cell }: { plan: Plan; cell: number }) {
  const { latent } = useExplorer().model.value!;
  const { z } = cellAt(plan, latent, cell);
  const name = plan.nameOf(cell);
  const rest = latent - plan.shown.length;
  return (
    <>
      <strong>{plan.plane ? name : name[0]!.toUpperCase() + name.slice(1)}</strong>
      {plan.plane ? null : (
        <>
          {plan.shown.map((dimension) => (
            <span key={dimension}>
              <span class="note">z {dimension}</span> {z[dimension]!.toFixed(2)}
            </span>
          ))}
          {rest > 0 && <span class="note">and {rest} more</span>}
        </>
      )}
    </>
  );
}
