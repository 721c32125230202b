import { useExplorer } from "../../core/context.js";
import type { Reference } from "../../core/reference.js";
import { go, labelCondition, rowName, type State, say } from "../../core/state.js";
import { Thumbnail } from "../../ui/thumbnail.js";
import type { MapView } from "./map-view.js";
import { count } from "./paint.js";
import { meanOf, someOf } from "./selecting.js";

const mostThumbnails = 20;
/** A link has room for no more. */
const mostStops = 12;

/** The rows that are selected: how many, some of them, and what can be done with their mean. */
export function Selection({ view, reference }: { view: MapView; reference: Reference }) {
  const state = useExplorer();
  const rows = state.selection.value;
  if (rows.length === 0) {
    return (
      <section class="map-selection" aria-label="Selection">
        <h3>Selection</h3>
        <p class="note">Choose Lasso, or hold Shift, and draw around points.</p>
      </section>
    );
  }
  const mean = () => meanOf(reference.mu, reference.latent, rows);
  const name = `mean of ${count(rows.length)} selected`;
  const full = state.stops.value.length >= mostStops;
  return (
    <section class="map-selection" aria-label="Selection">
      <h3>{count(rows.length)} selected</h3>
      <div class="map-thumbnails">
        {someOf(rows, mostThumbnails).map((row) => (
          <button
            type="button"
            key={row}
            title={`Go to ${rowName(state, row)}`}
            onClick={() => view.goTo(row)}
          >
            <Thumbnail row={row} size={34} />
          </button>
        ))}
      </div>
      {rows.length > mostThumbnails && (
        <p class="note">
          {mostThumbnails} of {count(rows.length)} are shown.
        </p>
      )}
      <div class="map-actions">
        <button
          type="button"
          onClick={() => {
            go(state, mean(), name, commonCondition(state, reference, rows));
            say(state, `Now at the ${name}`);
          }}
        >
          Go to their mean
        </button>
        <button
          type="button"
          disabled={full}
          title={full ? `A morph has at most ${mostStops} stops` : "For the Morph panel"}
          onClick={() => {
            state.stops.value = [...state.stops.peek(), { z: mean(), name }];
            say(state, "Kept as a stop of the morph");
          }}
        >
          Keep mean as stop
        </button>
        <button type="button" onClick={() => view.select([], false)}>
          Clear
        </button>
      </div>
    </section>
  );
}

/** That of their label where all have the same; else undefined, which keeps the one that is told now. */
function commonCondition(state: State, { labels }: Reference, rows: readonly number[]) {
  const label = labels?.[rows[0]!];
  if (label === undefined || !rows.every((row) => labels![row] === label)) return undefined;
  return labelCondition(state, label) ?? undefined;
}
