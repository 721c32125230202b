import { useExplorer } from "./core/context.js";
import { panels } from "./core/state.js";
import { panelParts } from "./panels/index.js";
import { Stage } from "./stage/stage.js";
import { Boundary } from "./ui/boundary.js";
import { Header } from "./ui/header.js";
import { Problems } from "./ui/problems.js";
import { TabPanel, Tabs } from "./ui/tabs.js";

export function App() {
  const state = useExplorer();
  const chosen = state.panel.value;
  const { Panel } = panelParts[chosen];
  const tabs = panels
    .filter((name) => name !== "draw" || state.site.model.encoder)
    .map((name) => ({ name, title: panelParts[name].title }));
  return (
    <>
      <Header />
      <Problems />
      <main class="layout">
        <Stage />
        <section class="work" aria-label="Ways to explore">
          <Tabs
            label="Ways to explore"
            tabs={tabs}
            chosen={chosen}
            panel="panel"
            choose={(name) => {
              state.panel.value = name;
            }}
          />
          <TabPanel id="panel" tab={chosen}>
            {state.model.value || (chosen === "map" && state.modelFailed.value) ? (
              <Boundary key={chosen} name={panelParts[chosen].title}>
                <Panel />
              </Boundary>
            ) : (
              <p class="waiting">
                {state.modelFailed.value
                  ? "This needs the decoder, which did not load."
                  : "This opens once the decoder is here."}
              </p>
            )}
          </TabPanel>
        </section>
      </main>
      <p class="hidden" role="status">
        {state.said.value}
      </p>
    </>
  );
}
