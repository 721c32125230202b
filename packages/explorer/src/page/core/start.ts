import { batch } from "@preact/signals";
import type { Manifest } from "@vaekit/infer/web";
import { readLink } from "./link.js";
import { firstGrid, rowName, type State } from "./state.js";

/**
 * The page as an address has it: what it does not say, or says wrongly, is as at the start, which is one of the rows, told its own
 * label, or the means of columns.
 */
export function openAt(state: State, condition: Manifest["condition"], address: string): void {
  const { row, z, label } = state.site.reference.start;
  batch(() => {
    state.z.value = Float32Array.from(z);
    state.origin.value = rowName(state, row, label ?? undefined);
    state.condition.value = condition && Float32Array.from(firstCondition(condition, label ?? 0));
    state.panel.value = "map";
    state.embedding.value = 0;
    state.colouring.value = 0;
    state.selection.value = [];
    state.stops.value = [];
    state.path.value = "linear";
    state.at.value = 0;
    state.locks.value = [];
    state.temperature.value = 1;
    state.seed.value = 1;
    state.grid.value = firstGrid;
    state.terms.value = [];
    state.base.value = null;
    readLink(state, address);
  });
}

function firstCondition(condition: NonNullable<Manifest["condition"]>, label: number): ArrayLike<number> {
  if (condition.kind === "columns") return condition.mean;
  return Array.from({ length: condition.classes }, (_, i) => Number(i === label));
}
