import { useMemo } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { nearest } from "../../core/nearest.js";
import type { Reference } from "../../core/reference.js";
import type { Analysis } from "./analyst.js";
import { FindLabel } from "./find-label-button.js";
import { Neighbours } from "./neighbours.js";
import type { Session } from "./session.js";
import { SmallMap } from "./small-map.js";
import { Usual } from "./usual.js";

/** Neighbours that are shown. */
const shown = 8;

/** What is known of the drawing: where it is, how usual it is, what it is near to. */
export function Answers({ session }: { session: Session }) {
  const state = useExplorer();
  const { analyst } = session;
  const analysis = analyst.seen.value ? analyst.analysis.value : null;
  const reference = state.reference.value;
  const condition = state.model.value?.manifest.condition;
  if (!analysis) {
    return (
      <p class="draw-answers note">
        Here appear its place on the map, how unusual it is, and the{" "}
        {reference?.of === "prior" ? "draws" : "examples"} that are nearest to it.
      </p>
    );
  }
  return (
    <div class="draw-answers">
      {condition?.kind === "labels" && (
        <FindLabel analyst={analyst} analysis={analysis} classes={condition.classes} />
      )}
      {reference ? (
        <AmongOthers analysis={analysis} reference={reference} />
      ) : (
        <>
          <Usual analysis={analysis} near={[]} />
          <p class="note">
            The map's data are not here: there are no neighbours to compare it with. The code and its
            reconstruction are right all the same.
          </p>
        </>
      )}
    </div>
  );
}

function AmongOthers({ analysis, reference }: { analysis: Analysis; reference: Reference }) {
  const near = useMemo(() => nearest(reference.mu, analysis.mu, shown), [reference, analysis]);
  return (
    <>
      <Usual analysis={analysis} near={near} />
      <Neighbours near={near} reference={reference} />
      <SmallMap reference={reference} analysis={analysis} />
    </>
  );
}
