import { useEffect } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import type { Near } from "../../core/nearest.js";
import { say } from "../../core/state.js";
import type { Analysis } from "./analyst.js";
import { distanceOf, klOf, percentileOf, verdictOf } from "./score.js";

/** How unusual a picture is, by what is usual among the rows of the map. near: none where they are not here */
export function Usual({ analysis, near }: { analysis: Analysis; near: readonly Near[] }) {
  const state = useExplorer();
  const { site, model } = state;
  const { usual, of } = site.reference;
  const what = of === "prior" ? "draws" : "examples";
  const distance = near.length > 1 ? distanceOf(near, usual.distance[0]!) : null;
  const percentiles = {
    error: usual.error && percentileOf(analysis.error, usual.error),
    distance: distance === null ? null : percentileOf(distance, usual.distance),
  };
  const verdict = verdictOf(percentiles, what);
  const text = verdict?.text;
  useEffect(() => {
    if (text) say(state, text);
  }, [state, text]);
  const kl =
    model.value?.manifest.prior.name === "standard-normal" ? klOf(analysis.mu, analysis.logvar) : null;
  const known = site.reference.dimensions.map((dimension) => dimension.kl);
  const mean = known.every((each) => each !== null) ? known.reduce((sum, each) => sum + each, 0) : null;
  return (
    <section class="draw-card draw-usual">
      <h2>How usual it is</h2>
      {verdict && (
        <p class="draw-verdict" data-level={verdict.level}>
          {verdict.text}
        </p>
      )}
      <Measure
        name="error"
        title="Reconstruction error"
        value={analysis.error}
        percentile={percentiles.error}
        what={what}
        unknown="What is usual is not known: the site has no errors of examples."
      />
      <Measure
        name="distance"
        title="Distance to the 5 nearest codes"
        value={distance}
        percentile={percentiles.distance}
        what={what}
        unknown="What is usual is not known: the map's data are not here."
      />
      {kl !== null && (
        <p class="draw-kl" data-kl={kl}>
          <span>KL to the prior</span> <span>{kl.toFixed(1)} nats</span>
          {mean !== null && <small class="note">The mean of the examples is {mean.toFixed(1)} nats.</small>}
        </p>
      )}
    </section>
  );
}

interface MeasureProps {
  name: string;
  title: string;
  value: number | null;
  percentile: number | null;
  what: string;
  unknown: string;
}

function Measure({ name, title, value, percentile, what, unknown }: MeasureProps) {
  return (
    <div
      class="draw-measure"
      data-measure={name}
      data-value={value}
      data-percentile={percentile ?? undefined}
    >
      <p>
        <span>{title}</span> <span>{value === null ? "" : value.toPrecision(3)}</span>
      </p>
      {percentile !== null && (
        <div class="draw-bar" aria-hidden="true">
          <span style={{ width: `${percentile}%` }} />
        </div>
      )}
      <small class="note">{percentile === null ? unknown : higherThan(percentile, what)}</small>
    </div>
  );
}

function higherThan(percentile: number, what: string): string {
  if (percentile >= 100) return `Higher than all ${what}.`;
  if (percentile < 1) return `Higher than less than 1 % of the ${what}.`;
  return `Higher than ${Math.floor(percentile)} % of the ${what}.`;
}
