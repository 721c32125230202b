import { count } from "@vaekit/latent/map";
import { useExplorer } from "../../core/context.js";
import { meanOf } from "../../core/means.js";
import type { Reference } from "../../core/reference.js";
import { go, labelCondition, mostStops, rowName, type State, say } from "../../core/state.js";
import { keepStop } from "../../core/stops.js";
import { Thumbnail } from "../../ui/thumbnail.js";
import type { MapView } from "./map-view.js";
import { someOf } from "./selecting.js";

const mostThumbnails = 24;

/** The rows that are selected: how many, some of them, and what can be done with their mean. */
export function Selection({ view, reference }: { view: MapView; reference: Reference }) {
  const state = useExplorer();
  const rows = state.selection.value;
  if (rows.length === 0) {
    return (
      <section class="map-selection" aria-label="Selection">
        <h2>Selection</h2>
        <p class="note">Draw around points with Lasso, or Shift + drag.</p>
      </section>
    );
  }
  const mean = () => meanOf(reference.mu, reference.latent, rows);
  const name = `mean of ${count(rows.length)} selected`;
  const full = state.stops.value.length >= mostStops;
  return (
    <section class="map-selection" aria-label="Selection">
      <h2>{count(rows.length)} selected</h2>
      <div class="map-thumbnails">
        {someOf(rows, mostThumbnails).map((row) => (
          <button
            type="button"
            key={row}
            title={`Go to ${rowName(state, row)}`}
            onClick={() => view.goTo(row)}
          >
            <Thumbnail row={row} size={32} />
          </button>
        ))}
      </div>
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
          onClick={() => keepStop(state, { z: mean(), name })}
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
