/** A part of a Vega-Lite specification. */
export type Spec = { [name: string]: unknown };

/** A position in pixels of the drawing area, from its upper left corner: Vega-Lite without a scale. */
export function pixels(field: string): Spec {
  return { field, type: "quantitative", scale: null, axis: null };
}

/** A value of the data that is already what is drawn: a colour, a size. */
export function literal(field: string, type: "quantitative" | "nominal" = "nominal"): Spec {
  return { field, type, scale: null, legend: null };
}

export interface Label {
  x: number;
  y: number;
  text: string;
  colour?: string;
  angle?: number;
}

/** Labels at pixels. mark: align, baseline, fontSize, ... as Vega-Lite's text mark has them. */
export function labelLayer(labels: readonly Label[], ink: string, mark: Spec = {}): Spec {
  const values = labels.map(({ x, y, text, colour = ink, angle = 0 }) => ({ x, y, text, colour, angle }));
  return {
    data: { values },
    mark: { type: "text", align: "left", baseline: "middle", ...mark },
    encoding: {
      x: pixels("x"),
      y: pixels("y"),
      text: literal("text"),
      color: literal("colour"),
      ...(labels.some(({ angle }) => angle) && { angle: literal("angle", "quantitative") }),
    },
  };
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  colour: string;
}

/** Filled rectangles at pixels. */
export function boxLayer(boxes: readonly Box[], mark: Spec = {}): Spec {
  const values = boxes.map(({ x, y, width, height, colour }) => ({
    x,
    y,
    x2: x + width,
    y2: y + height,
    colour,
  }));
  return {
    data: { values },
    mark: { type: "rect", ...mark },
    encoding: {
      x: pixels("x"),
      y: pixels("y"),
      x2: { field: "x2" },
      y2: { field: "y2" },
      color: literal("colour"),
    },
  };
}

/** A PNG in the drawing area: the `index`-th of what finishFigure is given. */
export function imageLayer(
  index: number,
  { x = 0, y = 0, width, height }: { x?: number; y?: number; width: number; height: number },
): Spec {
  return {
    data: { values: [{}] },
    mark: {
      type: "image",
      align: "left",
      baseline: "top",
      aspect: false,
      width,
      height,
      url: imageMark(index),
    },
    encoding: { x: { value: x }, y: { value: y } },
  };
}

/** Stands for the `index`-th image until the SVG is written. */
export function imageMark(index: number): string {
  return `data:image-${index}`;
}

/** One line at pixels, straight from corner to corner. `path`: SVG path data; drawn as the shape of a point at (0, 0). */
export function pathLayer(path: string, mark: Spec): Spec {
  return {
    data: { values: [{}] },
    mark: { type: "point", shape: path, size: 4, ...mark },
    encoding: { x: { value: 0 }, y: { value: 0 } },
  };
}

/** An axis with numbers from `from` to `to`, which are the ends of the drawing area. */
export function numberAxis(
  field: string,
  [from, to]: readonly [number, number],
  title: string | null,
  axis: Spec = {},
): Spec {
  return {
    field,
    type: "quantitative",
    title,
    scale: { domain: [from, to], nice: false, zero: false },
    axis: { tickCount: 6, labelOverlap: true, ...axis },
  };
}
