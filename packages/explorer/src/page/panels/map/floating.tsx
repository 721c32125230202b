import { useExplorer } from "../../core/context.js";
import { Picture } from "../../ui/picture.js";
import { besidePointer } from "./beside.js";
import type { MapView } from "./map-view.js";

const side = 104;

/** What the decoder makes of the place under the pointer, beside the pointer, while it is dragged. */
export function Floating({ view }: { view: MapView }) {
  const state = useExplorer();
  const model = state.model.value;
  const pointer = view.dragging.value;
  if (!pointer || !model) return null;
  const { clientWidth: width, clientHeight: height } = view.surface;
  const { left, top } = besidePointer(pointer, side, { width, height });
  return (
    <div class="map-floating" aria-hidden="true" style={{ transform: `translate(${left}px, ${top}px)` }}>
      <Picture pixels={state.picture.value} shape={model.shape} alt="" />
    </div>
  );
}
