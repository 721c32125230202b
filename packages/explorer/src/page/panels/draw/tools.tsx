import { useExplorer } from "../../core/context.js";
import { say } from "../../core/state.js";
import { Slider } from "../../ui/slider.js";
import { toHex, useBrush } from "./brush-settings.js";
import type { Session } from "./session.js";

/** What one draws with. */
export function Tools({ session: { board } }: { session: Session }) {
  const state = useExplorer();
  const { brush, colourOf } = useBrush(board);
  const { size, erases } = brush.value;
  const side = Math.max(board.shape[0]!, board.shape[1]!);
  const change = (next: Partial<typeof brush.value>) => {
    brush.value = { ...brush.value, ...next };
  };
  return (
    <div class="draw-tools">
      <div class="toolbar">
        <button type="button" aria-pressed={!erases} onClick={() => change({ erases: false })}>
          Brush
        </button>
        <button type="button" aria-pressed={erases} onClick={() => change({ erases: true })}>
          Eraser
        </button>
        <button
          type="button"
          disabled={board.past.value.length === 0}
          onClick={() => {
            board.undo();
            say(state, "The last step is undone.");
          }}
        >
          Undo
        </button>
        <button
          type="button"
          disabled={board.isEmpty}
          onClick={() => {
            board.clear();
            say(state, "The drawing is empty.");
          }}
        >
          Clear
        </button>
        {board.shape[2] !== 1 && (
          <label class="draw-colour">
            Colour{" "}
            <input
              type="color"
              value={toHex(colourOf() ?? [255, 255, 255])}
              disabled={erases}
              onInput={(event) => change({ colour: event.currentTarget.value })}
            />
          </label>
        )}
      </div>
      <Slider
        label="Width"
        min={3}
        max={25}
        step={0.5}
        value={size}
        text={`${((size * side) / 100).toFixed(1)} px`}
        onInput={(value) => change({ size: value })}
      />
    </div>
  );
}
