import type { Sizes } from "../ir/dim.js";
import { symbolName } from "../ir/parse-dim.js";
import type { InputSpecs } from "./trace.js";

/** An open size of an input: a symbol, `height`, or a multiple of one, `4*height`: the symbol is a quarter of the size. */
export interface OpenSize {
  /** As the input's shape has it. */
  text: string;
  symbol: string;
  times: number;
}

/** null for what names no size. */
export function openSize(text: string): OpenSize | null {
  const [, times = "1", symbol = ""] = /^(?:([1-9]\d{0,4})\*)?(.+)$/.exec(text) ?? [];
  return symbolName.test(symbol) ? { text, symbol, times: Number(times) } : null;
}

/** Those of all inputs in the order in which they come, each text once. */
export function openSizes(inputs: InputSpecs): OpenSize[] {
  const texts = Object.values(inputs).flatMap(({ shape }) =>
    shape.filter((size) => typeof size === "string"),
  );
  return [...new Set(texts)].flatMap((text) => openSize(text) ?? []);
}

/** The shape of an input for these values of the symbols. */
export function shapeAt(shape: readonly (number | string)[], sizes: Sizes): number[] {
  return shape.map((size) => {
    if (typeof size === "number") return size;
    const { symbol, times } = openSize(size)!;
    return times * sizes[symbol]!;
  });
}

/** `batch 3, 4*height 148`: what the open sizes of the inputs are. */
export function sizesText(inputs: InputSpecs, sizes: Sizes): string {
  return openSizes(inputs)
    .map(({ text, symbol, times }) => `${text} ${times * sizes[symbol]!}`)
    .join(", ");
}
