import { useExplorer } from "../../core/context.js";
import type { Near } from "../../core/nearest.js";
import type { Reference } from "../../core/reference.js";
import { className, goToRow, rowName } from "../../core/state.js";
import { Thumbnail } from "../../ui/thumbnail.js";
import { votesOf } from "./score.js";

/** The rows that are nearest to a code; each can be looked at. */
export function Neighbours({ near, reference }: { near: readonly Near[]; reference: Reference }) {
  const state = useExplorer();
  const { labels } = reference;
  const votes =
    labels &&
    votesOf(
      near.map(({ row }) => row),
      labels,
    );
  return (
    <section class="draw-card draw-near">
      <h2>Nearest {reference.of === "prior" ? "draws" : "examples"}</h2>
      {votes && (
        <p class="draw-votes">
          {votes
            .map(({ label, count }) => `${className(state.site, label)}: ${count} of ${near.length}`)
            .join(", ")}
        </p>
      )}
      <ul>
        {near.map(({ row, distance }) => (
          <li key={row}>
            <button type="button" data-row={row} data-distance={distance} onClick={() => goToRow(state, row)}>
              <span class="hidden">Go to {rowName(state, row)}, at distance</span>
              <span class="draw-near-who" aria-hidden="true">
                <Thumbnail row={row} size={44} />
                <span class="draw-near-name">{labels ? className(state.site, labels[row]!) : `#${row}`}</span>
              </span>
              <span class="draw-near-far">{distance.toFixed(2)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
