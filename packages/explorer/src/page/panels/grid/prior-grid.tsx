import { useEffect, useState } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { messageOf } from "../../core/decode-loop.js";
import { className, labelCondition, type State } from "../../core/state.js";
import { SeedChooser, TemperatureChooser } from "../../ui/draw-choosers.js";
import { Board } from "./board.js";
import { Choices, CountChooser, NewDraw } from "./controls.js";
import type { Plan } from "./plan.js";
import { labelsPlan, samplesPlan, shownOf } from "./prior-plan.js";
import { setGrid } from "./settings.js";

/** Samples from the prior, as vae.sample draws them for the same seed. */
export function PriorGrid() {
  const state = useExplorer();
  const { manifest } = state.model.value!;
  const { plan, error } = usePlan(state);
  return (
    <>
      <div class="toolbar">
        <CountChooser />
        <SeedChooser />
        <NewDraw />
        {manifest.prior.name !== "codebook" && <TemperatureChooser />}
        {manifest.condition?.kind === "labels" && (
          <Choices
            legend={`Drawn as ${state.site.labelName}`}
            name="grid-labels"
            value={state.grid.value.allLabels ? "all" : "one"}
            options={[
              { value: "one", text: "The chosen one" },
              { value: "all", text: "All, same codes" },
            ]}
            choose={(value) => {
              setGrid(state, { allLabels: value === "all" });
            }}
          />
        )}
      </div>
      {error && <p role="alert">No samples were drawn: {error}</p>}
      {plan && <Board plan={plan} />}
    </>
  );
}

function usePlan(state: State): { plan: Plan | null; error: string | null } {
  const model = state.model.value!;
  const { allLabels, count: chosen } = state.grid.value;
  const [found, setFound] = useState<{ plan: Plan | null; error: string | null }>({
    plan: null,
    error: null,
  });
  const told = state.condition.value;
  const classes = model.manifest.condition?.kind === "labels" ? model.manifest.condition.classes : 0;
  const all = classes > 0 && allLabels;
  const seed = state.seed.value;
  const temperature = model.manifest.prior.name === "codebook" ? 1 : state.temperature.value;
  const condition = all ? null : told;
  useEffect(() => {
    let stale = false;
    const count = all ? Math.round(Math.sqrt(chosen)) : chosen;
    const draw = { count, seed, temperature };
    const shown = shownOf(state.site.reference.dimensions);
    model.sample(count, seed, temperature, state.condition.peek()).then(
      (z) => {
        if (stale) return;
        const labels = Array.from({ length: classes }, (_, label) => label);
        const plan = all
          ? labelsPlan(
              z,
              labels.map((label) => labelCondition(state, label)!),
              { title: state.site.labelName, ticks: labels.map((label) => className(state.site, label)) },
              draw,
              shown,
            )
          : samplesPlan(z, condition, draw, shown);
        setFound({ plan, error: null });
      },
      (error) => {
        if (!stale) setFound({ plan: null, error: messageOf(error) });
      },
    );
    return () => {
      stale = true;
    };
  }, [model, seed, temperature, chosen, all, condition]);
  return found;
}
