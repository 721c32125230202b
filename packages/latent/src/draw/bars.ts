import { levelLabels } from "./edge-labels.js";
import type { Frame } from "./figure.js";
import { type Box, boxLayer, labelLayer, numberAxis, type Spec } from "./spec.js";
import { sizes } from "./theme.js";

export interface Bar {
  name: string;
  value: number;
  colour: string;
  /** What stands above it, where there is room. */
  text: string;
}

export interface Bars {
  layers: Spec[];
  width: number;
  height: number;
  /** Pixels from one bar to the next. */
  pitch: number;
}

/** Upright bars from 0 to `top`, names below; values above where bars are wide enough, names thinned out where they are too narrow. */
export function drawBars(
  { type, colours, options }: Frame,
  bars: readonly Bar[],
  { top, axisTitle, nameTitle, axis }: { top: number; axisTitle: string; nameTitle: string; axis?: Spec },
): Bars {
  const { height = 240 } = options;
  const pitch = options.width ? options.width / bars.length : Math.min(Math.max(720 / bars.length, 3), 44);
  const width = Math.max(options.width ?? Math.ceil(pitch * bars.length), 40);
  const gap = Math.min(Math.max(0.22 * pitch, 0.4), 8);
  const place = (value: number) => height * (1 - Math.min(Math.max(value, 0) / top, 1));
  const boxes = bars.map(
    ({ value, colour }, i): Box => ({
      x: i * pitch + gap / 2,
      y: place(value),
      width: pitch - gap,
      height: height - place(value),
      colour,
    }),
  );
  const widest = Math.max(...bars.map(({ text }) => type.width(text, sizes.small)));
  const labels = bars.map(({ value, text }, i) => ({ x: (i + 0.5) * pitch, y: place(value) - 3, text }));
  const names = levelLabels(
    {
      names: bars.map(({ name }) => name),
      title: nameTitle,
      pitch,
      first: pitch / 2,
      length: width,
      side: 1,
      at: height,
    },
    colours,
    type,
  );
  const axisLayer: Spec = {
    data: { values: [] },
    mark: { type: "point" },
    encoding: { y: numberAxis("y", [0, top], axisTitle, { domain: false, ticks: false, ...axis }) },
  };
  const layers = [axisLayer, boxLayer(boxes), ...names.layers];
  if (widest + 2 <= pitch) {
    layers.push(
      labelLayer(labels, colours.muted, { align: "center", baseline: "bottom", fontSize: sizes.small }),
    );
  } else if (sizes.small + 2 <= pitch) {
    const upright = labels.map((label) => ({ ...label, angle: 270 }));
    layers.push(
      labelLayer(upright, colours.muted, { align: "left", baseline: "middle", fontSize: sizes.small }),
    );
  }
  layers.push(boxLayer([{ x: 0, y: height - 0.375, width, height: 0.75, colour: colours.muted }]));
  return { layers, width, height, pitch };
}
