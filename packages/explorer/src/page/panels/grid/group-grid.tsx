import { useMemo } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { SeedChooser, TemperatureChooser } from "../../ui/draw-choosers.js";
import { Board } from "./board.js";
import { CountChooser, NewDraw } from "./controls.js";
import { drawGaussian, type Gaussian, gaussianOf } from "./gaussian.js";
import { type Group, groupsOf } from "./groups.js";
import type { Plan } from "./plan.js";
import { shownOf } from "./prior-plan.js";
import { setGrid } from "./settings.js";

/** Draws from a normal distribution fitted to the codes of a label, a cluster or the selection. */
export function GroupGrid() {
  const state = useExplorer();
  const reference = state.reference.value;
  const selection = state.selection.value;
  const groups = useMemo(
    () => (reference ? groupsOf(state, reference, selection) : []),
    [reference, selection],
  );
  if (!reference) {
    const failed = state.referenceFailed.value;
    return (
      <p class="waiting">
        {failed
          ? "Groups need the map's data, which did not load. Samples and the manifold still work."
          : "Groups open once the map's data are here."}
      </p>
    );
  }
  const chosen = groups[state.grid.value.cluster] ?? groups[0];
  if (!chosen || groups.every(({ rows }) => rows.length === 0))
    return <p class="waiting">This map has no labels and no clusters to draw from.</p>;
  const group = chosen.rows.length > 0 ? chosen : groups.find(({ rows }) => rows.length > 0)!;
  return (
    <>
      <div class="toolbar">
        <GroupChooser groups={groups} group={group} />
        <CountChooser />
        <SeedChooser />
        <NewDraw />
        <TemperatureChooser />
      </div>
      <Draws group={group} mu={reference.mu} />
    </>
  );
}

function GroupChooser({ groups, group }: { groups: readonly Group[]; group: Group }) {
  const state = useExplorer();
  const kinds = [...new Set(groups.map(({ of }) => of))];
  return (
    <label class="field">
      <span>Group</span>
      <select
        onChange={(event) => {
          setGrid(state, { cluster: Number(event.currentTarget.value) });
        }}
      >
        {kinds.map((kind) => (
          <optgroup key={kind} label={kind}>
            {groups.map((each, index) =>
              each.of === kind ? (
                <option key={index} value={index} selected={each === group} disabled={each.rows.length === 0}>
                  {each.name === each.short || kind === "selection" ? each.short : each.name} (
                  {each.rows.length})
                </option>
              ) : null,
            )}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

function Draws({ group, mu }: { group: Group; mu: Float32Array }) {
  const state = useExplorer();
  const { latent } = state.model.value!;
  const count = state.grid.value.count;
  const seed = state.seed.value;
  const temperature = state.temperature.value;
  const own = group.condition;
  const condition = own ?? state.condition.value;
  const gaussian = useMemo(() => gaussianOf(mu, latent, group.rows), [mu, latent, group]);
  const plan = useMemo<Plan>(
    () => ({
      title: `Draws from ${group.name}`,
      columns: Math.round(Math.sqrt(count)),
      parts: [{ z: drawGaussian(gaussian, count, seed, temperature), condition }],
      across: null,
      down: null,
      shown: shownOf(state.site.reference.dimensions),
      plane: null,
      nameOf: (cell) => `draw ${cell + 1} from ${group.name}, seed ${seed}`,
    }),
    [gaussian, count, seed, temperature, condition],
  );
  return (
    <>
      <p class="note">
        {sentence(gaussian, group)}
        {own && ` Each is drawn as ${group.name}.`}
      </p>
      <Board plan={plan} />
    </>
  );
}

function sentence({ shrinkage, rows }: Gaussian, group: Group): string {
  if (rows === 1) return "This group has one code: its draws stay beside it.";
  const some = rows < group.rows.length ? `${rows} of its ${group.rows.length}` : `its ${rows}`;
  const share = Math.round(shrinkage * 100);
  const shrunk = share > 0 ? `, shrunk by ${share}\u00a0% towards a sphere` : "";
  return `Drawn from a normal distribution with the mean and the full covariance of ${some} codes${shrunk}.`;
}
