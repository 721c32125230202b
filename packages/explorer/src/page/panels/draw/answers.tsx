import type { ComponentChildren } from "preact";
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
    const others = reference?.of === "prior" ? "draws" : "examples";
    return (
      <div class="draw-answers draw-awaited">
        <Awaited title="How usual it is">
          Its reconstruction error and its distance to other codes, among those of the {others}.
        </Awaited>
        <Awaited title={`Nearest ${others}`}>The {others} whose codes are nearest to its own.</Awaited>
        <Awaited title="Where its code is">Its place on the map, and how sure of it the encoder is.</Awaited>
      </div>
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

/** Where an answer will be, once there is something to answer about. */
function Awaited({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="draw-card">
      <h2>{title}</h2>
      <p class="note">{children}</p>
    </section>
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
