import { useExplorer } from "../../core/context.js";
import { MapCard } from "./card.js";
import { Floating } from "./floating.js";
import { Legend } from "./legend.js";
import { mapViewOf } from "./map-view.js";
import { Notes } from "./notes.js";
import { Selection } from "./selection.js";
import { MapSurface } from "./surface.js";
import { Tools } from "./tools.js";

/** The examples on a plane or in space, to look at, to select, and to decode what is between them. */
export function MapPanel() {
  const state = useExplorer();
  const reference = state.reference.value;
  if (!reference) return <MapWaiting />;
  const view = mapViewOf(state, reference);
  return (
    <div class="map">
      <Tools view={view} />
      <div class="map-body">
        <div class="map-stage" id="map-view" role="tabpanel" aria-label="Map">
          <MapSurface view={view} />
          <MapCard view={view} />
          <Floating view={view} />
        </div>
        <Selection view={view} reference={reference} />
        <div class="map-side">
          <Legend view={view} />
        </div>
      </div>
      <Notes view={view} reference={reference} />
    </div>
  );
}

/** As large as the map will be. */
function MapWaiting() {
  const { referenceFailed } = useExplorer();
  const failed = referenceFailed.value;
  return (
    <div class="map">
      <Tools view={null} />
      <div class="map-body">
        <div
          class="map-stage waiting"
          id="map-view"
          role="tabpanel"
          aria-label="Map"
          data-failed={failed ? "" : undefined}
        >
          <p>
            {failed
              ? "There is no map, as its data did not load. All other panels work without it."
              : "Loading the map"}
          </p>
        </div>
        <div class="map-selection" />
        <div class="map-side" />
      </div>
    </div>
  );
}
