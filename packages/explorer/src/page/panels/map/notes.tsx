import { useExplorer } from "../../core/context.js";
import type { Reference } from "../../core/reference.js";
import { shownEmbedding } from "./embeddings.js";
import type { MapView } from "./map-view.js";

/** What the map shows, how a place on it becomes a code, and how it is used. */
export function Notes({ view, reference }: { view: MapView; reference: Reference }) {
  const state = useExplorer();
  const which = shownEmbedding(reference.embeddings, state.embedding.value, view.webgl);
  const { note, kind, dimensions } = reference.embeddings[which]!;
  const examples = reference.of === "prior" ? "draws from the prior" : "examples";
  const choice = kind === "linear" && reference.latent > dimensions;
  const turns = view.webgl && dimensions === 3;
  const inverse = choice && view.near.value ? "neighbours" : kind;
  return (
    <div class="map-notes">
      {!view.webgl && (
        <p class="note" data-no-webgl="">
          This browser does not offer WebGL 2, so the map is drawn flat and more slowly, and there are no maps
          in 3-D. Dragging, selecting and all other panels work.
        </p>
      )}
      <p class="note">{note}</p>
      {turns ? (
        <p class="note">Drag to turn the map. Click or tap a point to go to its code.</p>
      ) : (
        <>
          {choice && <Between view={view} examples={examples} />}
          <p class="note" data-inverse={inverse}>
            {inverseText(inverse, examples)}
          </p>
        </>
      )}
      <Help turns={turns} />
    </div>
  );
}

/** How a place becomes a code. */
function inverseText(kind: "exact" | "linear" | "neighbours", examples: string): string {
  if (kind === "exact") return "Inverse: exact. The place under the pointer is the code that is decoded.";
  if (kind === "linear")
    return "Inverse: linear. The code lies on the plane of the principal components through the mean; what the plane does not hold stays at the mean, which makes pictures blurred.";
  return `Inverse: neighbours. The code is the mean of the codes of the nearest ${examples} on the map, weighted by inverse squared distance.`;
}

function Between({ view, examples }: { view: MapView; examples: string }) {
  const options = [
    { near: true, text: `nearest ${examples}` },
    { near: false, text: "plane" },
  ];
  return (
    <fieldset class="map-between">
      <legend>Between points</legend>
      <div class="choices">
        {options.map(({ near, text }) => (
          <label class="choice" key={text}>
            <input
              type="radio"
              name="between"
              value={near ? "nearest" : "plane"}
              checked={view.near.value === near}
              onChange={() => {
                view.near.value = near;
              }}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Help({ turns }: { turns: boolean }) {
  const rows: readonly [key: string, what: string][] = [
    ["Drag", turns ? "turn the map" : "decode what is under the pointer (Explore), or move the map (Move)"],
    ["Click, tap, Enter", "go to the point"],
    ["Wheel, two fingers, + and −", "zoom"],
    ["Shift + drag, Lasso", "select the points inside a line; with Ctrl or ⌘ they are added"],
    ["Arrow keys", "step to the next point that way; with Shift they move or turn the map"],
    ["s, a, 0, Esc", "select the point, select all, show all points again, let go"],
  ];
  return (
    <details class="map-keys">
      <summary>Mouse, fingers and keys</summary>
      <dl>
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
