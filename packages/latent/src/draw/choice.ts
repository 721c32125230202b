import { DataError } from "../errors.js";
import { type Figure, type FigureOptions, finishFigure, startFigure } from "./figure.js";
import { amount, extent, fixed, short } from "./numbers.js";
import type { Spec } from "./spec.js";

/** As chooseClusters gives it. */
export interface ChoiceData {
  method?: string;
  /** A score that there is not, as of one cluster, is null or NaN, and left out. */
  candidates: readonly Candidate[];
  recommended: number;
  reason?: string;
}

interface Candidate {
  clusters: number;
  silhouette: number | null;
  bic: number | null;
  stability: number | null;
}

const measures = [
  { name: "silhouette", title: "silhouette", best: "highest", sign: 1 },
  { name: "bic", title: "BIC", best: "lowest", sign: -1 },
  { name: "stability", title: "stability", best: "highest", sign: 1 },
] as const;

/** Silhouette, BIC and stability for each number of clusters, side by side; the recommended number stands out. @throws DataError for no candidates */
export async function choiceFigure(choice: ChoiceData, options: FigureOptions = {}): Promise<Figure> {
  const call = "choiceFigure";
  const frame = await startFigure(call, options);
  const { candidates, recommended } = choice;
  if (candidates.length === 0) throw new DataError(`${call}: there are no candidates`);
  const shown = measures
    .map((measure) => ({ ...measure, values: scores(candidates, measure.name) }))
    .filter(({ values }) => values.length > 0);
  if (shown.length === 0) throw new DataError(`${call}: no candidate has a silhouette, a BIC or a stability`);
  const width = (options.width ?? 640) / shown.length - 20;
  const { height = 170 } = options;
  const blue = frame.colours.accent;
  const orange = frame.colours.highlight;
  const span = extent(candidates.map(({ clusters }) => clusters));

  const panels = shown.map(({ title, best, values }): Spec => {
    const [low, high] = extent(values.map(({ value }) => value));
    const margin = (high - low) * 0.12 || Math.abs(high) * 0.1 || 1;
    const x = {
      field: "clusters",
      type: "quantitative",
      title: "clusters",
      scale: { domain: [span[0] - 0.5, span[1] + 0.5], nice: false, zero: false },
      axis: {
        tickMinStep: 1,
        tickCount: Math.min(candidates.length, 8),
        format: "d",
        grid: false,
        labelOverlap: true,
      },
    };
    const y = {
      field: "value",
      type: "quantitative",
      title: `${title} (${best} is best)`,
      scale: { domain: [low - margin, high + margin], nice: false, zero: false },
      axis: { tickCount: 5, format: high - low >= 10 ? "~s" : "", labelOverlap: true },
    };
    const chosen = values.filter(({ clusters }) => clusters === recommended);
    return {
      width,
      height,
      layer: [
        {
          data: { values: chosen.length > 0 ? [{ clusters: recommended }] : [] },
          mark: { type: "rule", color: orange, strokeDash: [4, 3], strokeWidth: 1.5 },
          encoding: { x },
        },
        {
          data: { values },
          mark: {
            type: "line",
            color: blue,
            strokeWidth: 1.75,
            point: { color: blue, size: 30, filled: true },
          },
          encoding: { x, y },
        },
        {
          data: { values: chosen },
          mark: {
            type: "point",
            filled: true,
            color: orange,
            opacity: 1,
            size: 90,
            stroke: frame.colours.paper,
            strokeWidth: 1.5,
          },
          encoding: { x, y },
        },
      ],
    };
  });

  const said = shown.map(({ title, sign, values }) => {
    const { clusters, value } = values.reduce((best, score) =>
      sign * score.value > sign * best.value ? score : best,
    );
    return `${title} is best at ${clusters} (${Math.abs(value) < 10 ? fixed(value, 2) : short(value, 4)})`;
  });
  return finishFigure(frame, {
    title: `Number of clusters: ${recommended} recommended`,
    subtitle: choice.reason,
    alt: `${amount(recommended, "cluster is", "clusters are")} recommended of ${span[0]} to ${span[1]}: ${said.join(", ")}.`,
    room: (width + 55) * shown.length,
    body: { hconcat: panels },
  });
}

function scores(
  candidates: readonly Candidate[],
  name: (typeof measures)[number]["name"],
): { clusters: number; value: number }[] {
  return candidates.flatMap(({ clusters, [name]: value }) =>
    value !== null && Number.isFinite(value) ? [{ clusters, value }] : [],
  );
}
