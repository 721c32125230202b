import { useMemo } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { Chooser } from "./chooser.js";
import { directionGroups } from "./directions.js";
import { Equation } from "./equation.js";

/** Add and take away directions: "more like 7, less like 1". */
export function ArithmeticPanel() {
  const state = useExplorer();
  const { site } = state;
  const reference = state.reference.value;
  const selection = state.selection.value;
  const stops = state.stops.value;
  const groups = useMemo(
    () => directionGroups({ site, reference, selection, stops }),
    [site, reference, selection, stops],
  );
  const find = useMemo(() => {
    const byId = new Map(groups.flatMap(({ directions }) => directions.map((each) => [each.id, each])));
    return (id: string) => byId.get(id);
  }, [groups]);
  const told = state.condition.value !== null;
  return (
    <div class="arithmetic">
      <p class="note">
        A direction leads from the mean of all codes to the mean of some.{" "}
        {told && "Only the code moves: what the model is told beside it stays, in these pictures too. "}
        {reference?.labels === null &&
          (reference.of === "prior"
            ? "Draws from the prior have no labels."
            : "The examples have no labels.")}
      </p>
      {!reference && (
        <p class="note" role="status">
          Directions of labels, clusters and selections come with the map's data, which are not here.
          {stops.length === 0 && " Stops that you keep for a morph can be added without them."}
        </p>
      )}
      {groups.length > 0 && <Chooser groups={groups} find={find} />}
      {reference && groups.every(({ name }) => name === "cluster") && (
        <p class="note">
          Select points on the map, or keep codes as a morph's stops, for directions of your own.
        </p>
      )}
      {(groups.length > 0 || state.terms.value.length > 0) && <Equation find={find} />}
    </div>
  );
}
