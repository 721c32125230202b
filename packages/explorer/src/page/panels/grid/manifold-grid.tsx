import { useMemo, useRef } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { byImportance } from "../../core/order.js";
import { Board } from "./board.js";
import { Choices, NumberSelect } from "./controls.js";
import { manifoldPlan } from "./manifold-plan.js";
import { chooseDimension, planeOf, setGrid, spreadOf } from "./settings.js";

const sizes = [8, 10, 12, 15, 20];

/** A plane of the latent space through the code that is looked at. */
export function ManifoldGrid() {
  const state = useExplorer();
  const { size } = state.grid.value;
  const spread = spreadOf(state);
  const { dimensions } = state.site.reference;
  const { x, y } = planeOf(state);
  const options = useMemo(
    () =>
      byImportance(dimensions).map((value) => {
        const { kl } = dimensions[value]!;
        return { value, text: kl === null ? `z ${value}` : `z ${value} (KL ${kl.toFixed(2)})` };
      }),
    [dimensions],
  );
  const rest = useRest(state.z.value, x, y);
  const condition = state.condition.value;
  const plan = useMemo(
    () => manifoldPlan(rest, condition, { x, y, size, spread }, dimensions),
    [rest, condition, x, y, size, spread, dimensions],
  );
  const single = dimensions.length === 1;
  return (
    <>
      <div class="toolbar">
        <NumberSelect
          label="Across"
          value={x}
          options={options}
          choose={(value) => chooseDimension(state, "x", value)}
        />
        {!single && (
          <NumberSelect
            label="Up"
            value={y}
            options={options}
            choose={(value) => chooseDimension(state, "y", value)}
          />
        )}
        <NumberSelect
          label="Size"
          value={size}
          options={sizes.map((value) => ({ value, text: single ? `${value}` : `${value} × ${value}` }))}
          choose={(value) => {
            setGrid(state, { size: value });
          }}
        />
        <Choices
          legend="Positions"
          name="grid-spread"
          value={spread}
          options={[
            { value: "normal", text: "Normal quantiles" },
            { value: "data", text: "Range of the data" },
          ]}
          choose={(value) => {
            setGrid(state, { spread: value });
          }}
        />
      </div>
      {dimensions.length > 2 && (
        <p class="note">The other dimensions stay as in the code that is looked at.</p>
      )}
      <Board plan={plan} />
    </>
  );
}

/** z with 0 in two dimensions: the same array until another dimension changes, so that the plane is not decoded again. */
function useRest(z: Float32Array, x: number, y: number): Float32Array {
  const kept = useRef<Float32Array | null>(null);
  const rest = z.map((value, i) => (i === x || i === y ? 0 : value));
  if (!kept.current?.every((value, i) => Object.is(value, rest[i]))) kept.current = rest;
  return kept.current!;
}
