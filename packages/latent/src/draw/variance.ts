import { drawBars } from "./bars.js";
import { type Figure, type FigureOptions, finishFigure, startFigure } from "./figure.js";
import { checkSeries } from "./kl.js";
import { percent } from "./numbers.js";
import { pixels, type Spec } from "./spec.js";

const most = 1024;

/** Share of the variance that each principal component explains as bars, and that of the first ones together as a line. */
export async function varianceFigure(
  { ratio }: { ratio: readonly number[] },
  options: FigureOptions = {},
): Promise<Figure> {
  const call = "varianceFigure";
  const frame = await startFigure(call, options);
  checkSeries(call, "ratio", ratio, most);
  const { colours } = frame;
  let sum = 0;
  const together = ratio.map((share) => {
    sum += share;
    return sum;
  });
  const bars = drawBars(
    frame,
    ratio.map((value, i) => ({ name: String(i + 1), value, colour: colours.accent, text: "" })),
    {
      top: 1,
      axisTitle: "share of the variance",
      nameTitle: "principal component",
      axis: { labelExpr: "format(100 * datum.value, 'd') + ' %'", values: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    },
  );
  const values = together.map((share, i) => ({
    x: (i + 0.5) * bars.pitch,
    y: bars.height * (1 - Math.min(share, 1)),
  }));
  const orange = colours.highlight;
  const line: Spec = {
    data: { values },
    mark: {
      type: "line",
      color: orange,
      strokeWidth: 1.75,
      point: bars.pitch >= 9 && { color: orange, size: 26, filled: true },
    },
    encoding: { x: pixels("x"), y: pixels("y") },
  };
  const needed = together.findIndex((share) => share >= 0.9) + 1;
  const enough = needed > 0 ? `, the first ${needed} at least 90 %` : "";
  return finishFigure(frame, {
    title: "Explained variance",
    subtitle: options.subtitle ?? "of each component (bars) and of the first ones together (line)",
    alt: `Of the variance, the first of ${ratio.length} principal components explains ${percent(ratio[0]!)}${enough}, all together ${percent(Math.min(sum, 1))}.`,
    room: bars.width,
    body: { width: bars.width, height: bars.height, layer: [...bars.layers, line] },
  });
}
