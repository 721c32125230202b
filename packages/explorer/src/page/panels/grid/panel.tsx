import type { ComponentType } from "preact";
import { useExplorer } from "../../core/context.js";
import { TabPanel, Tabs } from "../../ui/tabs.js";
import { GroupGrid } from "./group-grid.js";
import { ManifoldGrid } from "./manifold-grid.js";
import { PriorGrid } from "./prior-grid.js";
import { type GridKind, setGrid } from "./settings.js";

const kinds: Readonly<Record<GridKind, { title: string; Grid: ComponentType }>> = {
  prior: { title: "Prior samples", Grid: PriorGrid },
  cluster: { title: "Group samples", Grid: GroupGrid },
  manifold: { title: "Manifold", Grid: ManifoldGrid },
};
const tabs = (Object.keys(kinds) as GridKind[]).map((name) => ({ name, title: kinds[name].title }));

/** Many codes at once: samples of the prior or of a group, or a plane of the latent space. */
export function GridPanel() {
  const state = useExplorer();
  const { kind } = state.grid.value;
  const { Grid } = kinds[kind];
  return (
    <div class="grid-panel">
      <Tabs
        label="What the grid shows"
        kind="small"
        panel="grid"
        tabs={tabs}
        chosen={kind}
        choose={(name) => setGrid(state, { kind: name })}
      />
      <TabPanel id="grid" tab={kind}>
        <Grid />
      </TabPanel>
    </div>
  );
}
