import { DataError } from "../errors.js";
import { checkWord } from "../options.js";
import { drawBars } from "./bars.js";
import type { DrawnClass } from "./classes.js";
import { type Figure, type FigureOptions, finishFigure, startFigure } from "./figure.js";
import { brief } from "./grid.js";
import { classLegend } from "./legend.js";
import { fixed, short } from "./numbers.js";
import { clean } from "./text.js";

export interface KlData {
  /** Mean KL divergence of each dimension from the prior in nats; up to 1024. */
  kl: readonly number[];
  /** Whether each dimension is active; default: all. */
  active?: readonly boolean[];
  /** Default "z0", "z1", ... */
  names?: readonly string[];
}

export interface KlOptions extends FigureOptions {
  /** "kl" has the most telling dimension first, "index" keeps their order. Default "kl". */
  order?: "kl" | "index";
}

const most = 1024;

/** KL of each dimension as bars, inactive ones pale. @throws DataError for NaN, or another number of names or flags than dimensions */
export async function klFigure(data: KlData, options: KlOptions = {}): Promise<Figure> {
  const call = "klFigure";
  const frame = await startFigure(call, options, ["order"]);
  const { kl } = data;
  const { active = kl.map(() => true), names = kl.map((_, i) => `z${i}`) } = data;
  const { order = "kl" } = options;
  checkWord(call, "order", order, ["kl", "index"]);
  checkSeries(call, "kl", kl, most);
  if (active.length !== kl.length || names.length !== kl.length) {
    throw new DataError(
      `${call}: ${kl.length} dimensions need as many of active (${active.length}) and names (${names.length})`,
    );
  }
  const at = kl.map((_, i) => i);
  if (order === "kl") at.sort((a, b) => kl[b]! - kl[a]! || a - b);
  const used = active.filter(Boolean).length;
  const top = (Math.max(...kl, 0) || 1) * 1.06;
  const [strong, pale] = [frame.colours.accent, frame.colours.none];
  const bars = drawBars(
    frame,
    at.map((i) => ({
      name: clean(names[i]!),
      value: kl[i]!,
      colour: active[i] ? strong : pale,
      text: fixed(kl[i]!, kl[i]! >= 99.5 ? 0 : kl[i]! >= 9.95 ? 1 : 2),
    })),
    { top, axisTitle: "KL divergence (nats)", nameTitle: "dimension" },
  );
  const kinds: DrawnClass[] = [
    { name: "active", kind: "class", size: used, colour: strong, shape: "square" },
    { name: "inactive", kind: "noise", size: kl.length - used, colour: pale, shape: "square" },
  ];
  const legend = classLegend(
    kinds.filter(({ size }) => size > 0),
    { left: bars.width, height: bars.height },
    frame.colours,
    frame.type,
  );
  const sorted = kl.map((_, i) => i).sort((a, b) => kl[b]! - kl[a]!);
  const largest = sorted.slice(0, 3).map((i) => `${brief(names[i]!)} (${short(kl[i]!)})`);
  return finishFigure(frame, {
    title: "KL divergence of each dimension",
    alt:
      `Bars of the KL divergence of ${kl.length} latent dimensions from the prior, ${short(kl.reduce((sum, value) => sum + value, 0))} nats together; ` +
      `${used} are active; the largest: ${largest.join(", ")}.`,
    room: bars.width + legend.width,
    body: { width: bars.width, height: bars.height, layer: [...bars.layers, ...legend.layers] },
  });
}

/** @throws DataError for no numbers, more than `limit`, or NaN among them */
export function checkSeries(call: string, name: string, values: readonly number[], limit: number): void {
  if (!values?.length || values.length > limit) {
    throw new DataError(`${call}: ${name} must have 1 to ${limit} numbers, got ${values?.length ?? "none"}`);
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new DataError(`${call}: ${name} ${wrong} is ${values[wrong]}; every number must be finite`);
}
