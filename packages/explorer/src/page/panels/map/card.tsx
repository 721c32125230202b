import { useExplorer } from "../../core/context.js";
import { rowName } from "../../core/state.js";
import { Thumbnail } from "../../ui/thumbnail.js";
import type { MapView } from "./map-view.js";

const height = 76;

/** The point that is looked at: its picture and what is known of it, beside it. */
export function MapCard({ view }: { view: MapView }) {
  const state = useExplorer();
  const row = view.current.value;
  const spot = view.spot.value;
  if (row < 0 || !spot || view.dragging.value) return null;
  const { clientWidth, clientHeight } = view.surface;
  const away = spot.radius + 8;
  const right = spot.x <= clientWidth / 2;
  const { name, textOf, index } = view.paint.value;
  const colours = view.paint.value.colours(state.site.palettes[state.shade.value]);
  const style = {
    [right ? "left" : "right"]: `${right ? spot.x + away : clientWidth - spot.x + away}px`,
    top: `${Math.max(4, Math.min(spot.y - height / 2, clientHeight - height - 4))}px`,
    maxWidth: `${Math.max(spot.x, clientWidth - spot.x) - away - 4}px`,
  };
  const text = textOf(row);
  return (
    <div class="map-card" aria-hidden="true" style={style}>
      <Thumbnail row={row} size={56} />
      <div>
        <strong>{rowName(state, row)}</strong>
        {text !== "" && name !== state.site.labelName && (
          <span>
            <span class="swatch" style={{ background: colours[index[row]!] }} /> {text}
          </span>
        )}
      </div>
    </div>
  );
}
