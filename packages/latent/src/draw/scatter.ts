import { UsageError } from "../errors.js";
import { checkInteger, checkNumber } from "../options.js";
import { Random } from "../random.js";
import { checkLabels, checkRows, type Labels, type Rows } from "../rows.js";
import { classNames } from "./class-names.js";
import { type Classes, classesOf, mostClasses } from "./classes.js";
import { hexOf, ramp } from "./colour.js";
import { type Figure, type FigureOptions, type Frame, finishFigure, startFigure } from "./figure.js";
import { brief } from "./grid.js";
import { classLegend, type Legend } from "./legend.js";
import { amount, count, extent, percent, short } from "./numbers.js";
import { axisLayer, type Plane, planeOf } from "./plane.js";
import { pointLayer, type StyledPoints } from "./points.js";
import { rampLegend } from "./ramp-legend.js";
import { clean } from "./text.js";

export interface ScatterData {
  /** [rows, 2] */
  points: Rows;
  /** A class for each row: words, or integers, of which -1 is noise. */
  labels?: Labels;
  /** A number for each row; instead of labels. What is not finite is grey. */
  values?: ArrayLike<number>;
  legendTitle?: string;
  /** Default ["dimension 1", "dimension 2"]. */
  axes?: [string, string];
}

export interface ScatterOptions extends FigureOptions {
  /** Most different labels that have a colour, 2 to 48; beyond, the smaller ones are "other". Default 20. */
  classes?: number;
  /** Whether classes' names stand in the drawing, too. Default: where there are at most 20, of at most 90 pixels each. */
  names?: boolean;
  /** Radius of a point in pixels. Default: smaller the more there are, 4 to 0.8. */
  radius?: number;
  /** 0 to 1. Default: lower the more points there are, 0.9 to 0.5. */
  opacity?: number;
  /** Points above which they are pixels and not vectors. Default 3000. */
  dense?: number;
  /** Of the order in which points are drawn, so that no class lies on top of all others. Default 0. */
  seed?: number;
}

/**
 * Points by class or by number. Both axes have the same scale (unless one is 8 times as long). Points drawn as pixels keep their axes, names
 * and legend as vectors.
 * @throws DataError for labels or values of another number than points
 */
export async function scatterFigure(data: ScatterData, options: ScatterOptions = {}): Promise<Figure> {
  const call = "scatterFigure";
  const frame = await startFigure(call, options, ["classes", "names", "radius", "opacity", "dense", "seed"]);
  const { points, labels, values, legendTitle, axes = ["dimension 1", "dimension 2"] } = data;
  const { rows, data: xy } = checkRows(call, points, { columns: 2 });
  if (labels !== undefined && values !== undefined) {
    throw new UsageError(`${call}: points have labels or values, not both; draw a figure for each`);
  }
  if (labels !== undefined) checkLabels(call, labels, rows);
  if (values !== undefined) checkLabels(call, values, rows);
  const { classes: most = 20, dense = 3000, seed = 0 } = options;
  const radius = options.radius ?? Math.min(Math.max(30 / Math.sqrt(rows) + 1.35 - rows / 130_000, 0.8), 4);
  const opacity = options.opacity ?? (rows > 20_000 ? 0.5 : rows > 3000 ? 0.65 : rows > 500 ? 0.8 : 0.9);
  checkInteger(call, "classes", most, 2, mostClasses);
  checkInteger(call, "dense", dense, 0);
  checkNumber(call, "radius", radius, 0.2, 50);
  checkNumber(call, "opacity", opacity, 0.01, 1);

  const plane = planeOf(xy, options);
  const classes = labels && classesOf(labels, most, frame.colours);
  const colouring = classes
    ? byClass(classes, opacity)
    : values
      ? byValue(frame, values, opacity)
      : plain(frame, rows, opacity);
  const order = drawingOrder(classes, rows, seed);
  const legend = classes
    ? classLegend(
        classes.list,
        { left: plane.width, height: plane.height, title: title(legendTitle) },
        frame.colours,
        frame.type,
      )
    : values && valueLegend(frame, values, plane, title(legendTitle));

  const images: Uint8Array[] = [];
  const marks = pointLayer({ xy, order, radius, ...colouring }, plane, { dense: rows > dense, images });
  const names =
    classes && (options.names ?? classes.list.length <= 20)
      ? classNames(frame, classes, xy, plane, options.names)
      : [];
  return finishFigure(frame, {
    title: defaultTitle(rows, classes, legendTitle),
    alt: describe(rows, classes, values, axes, legendTitle),
    room: plane.width + (legend?.width ?? 0) + 30,
    body: {
      width: plane.width,
      height: plane.height,
      layer: [axisLayer(plane, axes, frame.type), marks, ...names, ...(legend?.layers ?? [])],
    },
    images,
  });
}

type Colouring = Pick<StyledPoints, "style" | "styles">;

function plain({ colours }: Frame, rows: number, opacity: number): Colouring {
  return {
    style: new Int32Array(rows),
    styles: [{ colour: colours.accent, shape: "circle", opacity }],
  };
}

function byClass({ of, list }: Classes, opacity: number): Colouring {
  const styles = list.map(({ colour, shape, kind }) => ({
    colour,
    shape,
    opacity: kind === "class" ? opacity : 0.7 * opacity,
  }));
  return { style: of, styles };
}

/** Numbers in 64 colours, from a quarter of the scale on: what is nearer to the paper is no point to see. */
function byValue({ colours }: Frame, values: ArrayLike<number>, opacity: number): Colouring {
  const [low, high] = extent(values);
  const colour = ramp(valueStops(colours.sequential));
  const steps = 64;
  const styles: Colouring["styles"] = Array.from({ length: steps }, (_, i) => ({
    colour: hexOf(colour(i / (steps - 1))),
    shape: "circle" as const,
    opacity,
  }));
  const missing = { colour: colours.none, shape: "circle" as const, opacity };
  const style = Int32Array.from({ length: values.length }, (_, i) => {
    const value = values[i]!;
    if (!Number.isFinite(value)) return steps;
    return high > low ? Math.min(Math.floor(((value - low) / (high - low)) * steps), steps - 1) : steps / 2;
  });
  return { style, styles: [...styles, missing] };
}

function valueStops(sequential: readonly string[]): string[] {
  return sequential.slice(Math.floor(sequential.length / 4));
}

function valueLegend(
  { colours, type }: Frame,
  values: ArrayLike<number>,
  plane: Plane,
  title?: string,
): Legend {
  const missing = Array.prototype.some.call(values, (value: number) => !Number.isFinite(value));
  const scale = { stops: valueStops(colours.sequential), ends: extent(values), title, missing };
  return rampLegend(scale, { left: plane.width, height: plane.height }, colours, type);
}

/** Noise and "other" first, below all; the rest shuffled. */
function drawingOrder(classes: Classes | undefined, rows: number, seed: number): Int32Array {
  const order = new Random(seed).choose(rows, rows);
  if (!classes) return order;
  const below = (i: number) => classes.list[classes.of[i]!]!.kind !== "class";
  return Int32Array.from([...order.filter(below), ...order.filter((i) => !below(i))]);
}

function title(text: string | undefined): string | undefined {
  return text === undefined ? undefined : clean(text);
}

function defaultTitle(rows: number, classes: Classes | undefined, legendTitle: string | undefined): string {
  const by = legendTitle ? ` by ${legendTitle}` : classes ? " by class" : "";
  return `${amount(rows, "point")}${by}`;
}

function describe(
  rows: number,
  classes: Classes | undefined,
  values: ArrayLike<number> | undefined,
  axes: readonly [string, string],
  legendTitle: string | undefined,
): string {
  const start = `Scatter plot of ${amount(rows, "point")} over ${brief(axes[0])} and ${brief(axes[1])}`;
  if (classes) {
    const largest = classes.list.filter(({ kind }) => kind === "class").sort((a, b) => b.size - a.size);
    const named = largest.slice(0, 5).map(({ name, size }) => `${brief(name)} (${count(size)})`);
    const noise = classes.list.find(({ kind }) => kind === "noise");
    const in_ = `in ${amount(classes.distinct, "class", "classes")}`;
    const which =
      named.length === 0 ? "" : `, ${largest.length > 5 ? "the largest are " : ""}${named.join(", ")}`;
    return `${start}, ${in_}${which}${noise ? `; ${percent(noise.size / rows)} of the points are noise` : ""}.`;
  }
  if (values) {
    const [low, high] = extent(values);
    return `${start}, coloured by ${brief(legendTitle ?? "a value")} from ${short(low)} to ${short(high)}.`;
  }
  return `${start}.`;
}
