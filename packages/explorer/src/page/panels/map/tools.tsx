import { useExplorer } from "../../core/context.js";
import { Tabs } from "../../ui/tabs.js";
import { embeddingName, embeddingsShown, shownEmbedding } from "./embeddings.js";
import type { MapView, Tool } from "./map-view.js";

const titles: Record<Tool, string> = {
  explore: "Drag to decode what is under the pointer",
  move: "Drag to move the map",
  lasso: "Draw around points to select them (Shift + drag)",
};

/** Which map, and what dragging does; view: null before there is one. */
export function Tools({ view }: { view: MapView | null }) {
  const state = useExplorer();
  const { embeddings } = state.site.reference;
  const webgl = view?.webgl ?? true;
  const shown = shownEmbedding(embeddings, state.embedding.value, webgl);
  const tabs = embeddingsShown(embeddings, webgl).map((i) => ({
    name: `${i}`,
    title: embeddingName(embeddings[i]!),
  }));
  return (
    <div class="map-tools">
      <Tabs
        label="Map"
        kind="small"
        panel="map-view"
        tabs={tabs}
        chosen={`${shown}`}
        choose={(name) => {
          state.embedding.value = Number(name);
        }}
      />
      <ToolChoice view={view} turns={webgl && embeddings[shown]!.dimensions === 3} />
    </div>
  );
}

function ToolChoice({ view, turns }: { view: MapView | null; turns: boolean }) {
  const tools: readonly Tool[] = turns ? ["move", "lasso"] : ["explore", "move", "lasso"];
  const chosen = view?.tool.value ?? "explore";
  const tool = turns && chosen === "explore" ? "move" : chosen;
  const names: Record<Tool, string> = { explore: "Explore", move: turns ? "Turn" : "Move", lasso: "Lasso" };
  return (
    <fieldset class="map-choice">
      <legend class="hidden">What dragging does</legend>
      {tools.map((name) => (
        <button
          type="button"
          key={name}
          data-tool={name}
          title={turns && name === "move" ? "Drag to turn the map" : titles[name]}
          aria-pressed={name === tool}
          disabled={!view}
          onClick={() => {
            if (view) view.tool.value = name;
          }}
        >
          {names[name]}
        </button>
      ))}
    </fieldset>
  );
}
