import { checkNumber } from "../options.js";
import { checkRows, type Rows } from "../rows.js";
import { ramp } from "./colour.js";
import { contourPath } from "./contour.js";
import { type Figure, type FigureOptions, finishFigure, startFigure } from "./figure.js";
import { brief } from "./grid.js";
import { densityGrid } from "./kernel-density.js";
import { amount, percent } from "./numbers.js";
import { axisLayer, planeOf } from "./plane.js";
import { encodePng } from "./png.js";
import { rampLegend } from "./ramp-legend.js";
import { imageLayer, pathLayer } from "./spec.js";

export interface DensityData {
  /** [rows, 2] */
  points: Rows;
  /** Default ["dimension 1", "dimension 2"]. */
  axes?: [string, string];
}

export interface DensityOptions extends FigureOptions {
  /** Of the Gaussian kernel, in units of Scott's rule, 0.05 to 5. Default 0.4: maps have many small groups, for which the rule is too wide. */
  bandwidth?: number;
}

/** Shares of the points that the lines enclose. */
const shares = [0.25, 0.5, 0.75, 0.95];

/**
 * Where points are dense: a Gaussian kernel density (Scott 1992) as colours, and lines around the densest 25, 50, 75 and 95 % of the points
 * (highest density regions, Hyndman 1996).
 */
export async function densityFigure(
  { points, axes = ["dimension 1", "dimension 2"] }: DensityData,
  options: DensityOptions = {},
): Promise<Figure> {
  const call = "densityFigure";
  const frame = await startFigure(call, options, ["bandwidth"]);
  const { data, rows } = checkRows(call, points, { columns: 2 });
  const { bandwidth = 0.4 } = options;
  checkNumber(call, "bandwidth", bandwidth, 0.05, 5);
  const { colours } = frame;
  const plane = planeOf(data, options);
  const { width, height } = plane;
  const density = densityGrid(data, plane, bandwidth);
  const colour = ramp(colours.sequential);
  const pixels = new Uint8ClampedArray(density.width * density.height * 4);
  for (let i = 0; i < density.values.length; i++) {
    const share = density.values[i]! / density.highest;
    pixels.set(colour(share), 4 * i);
    // Colours fade in, for the scale begins beside the paper and not with it.
    pixels[4 * i + 3] = 255 * Math.min(share * 40, 1);
  }
  const lines = shares.map((share) => {
    const path = contourPath(density, density.levelOf(share), width / density.width);
    return pathLayer(path, {
      filled: false,
      stroke: colours.ink,
      strokeWidth: 0.6,
      strokeOpacity: 0.55,
      opacity: 1,
    });
  });
  const legend = rampLegend(
    { stops: colours.sequential, ends: [0, 1], title: "density", format: percent },
    { left: width, height },
    colours,
    frame.type,
  );
  return finishFigure(frame, {
    title: `Density of ${amount(rows, "point")}`,
    subtitle:
      "lines enclose the densest 25, 50, 75 and 95 % of the points; colours: share of the highest density",
    alt: `Map of the density of ${amount(rows, "point")} over ${brief(axes[0])} and ${brief(axes[1])}; half of the points lie in ${percent(density.areaOf(0.5))} of its area.`,
    room: width + legend.width + 40,
    body: {
      width,
      height,
      layer: [
        axisLayer(plane, axes, frame.type),
        imageLayer(0, { width, height }),
        ...lines,
        ...legend.layers,
      ],
    },
    images: [encodePng(pixels, density.width, density.height)],
  });
}
