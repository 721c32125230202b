import { type FontWeight, fontFamily } from "./fonts.js";
import type { Typesetter } from "./text.js";

/** The parts of a Vega text item that its width depends on. */
interface TextItem {
  font?: string;
  fontSize?: number;
  fontWeight?: number | string;
  limit?: number;
}

interface TextMetrics {
  width: (item: TextItem, text: unknown) => number;
}

const measured = new WeakSet<TextMetrics>();

/**
 * Tell Vega how wide text in our font is: without a canvas it takes 0.8 font sizes for each character, and cuts labels that fit. Text in
 * other fonts, of other charts of the same process, is measured as before.
 */
export function measureWith(vega: object, type: Typesetter): void {
  const metrics = (vega as { textMetrics?: TextMetrics }).textMetrics;
  if (metrics === undefined || measured.has(metrics)) return;
  measured.add(metrics);
  const before = metrics.width;
  metrics.width = (item, text) => {
    const limit = item.limit && item.limit > 0 ? item.limit : Number.POSITIVE_INFINITY;
    // Vega's own measures cut the text to the limit first, and cutting calls this function.
    if (item.font !== fontFamily) return Math.min(before({ ...item, limit: 0 }, text), limit);
    const weight: FontWeight = Number(item.fontWeight) >= 500 || item.fontWeight === "bold" ? 500 : 400;
    return Math.min(type.width(String(text ?? "").trim(), item.fontSize ?? 11, weight), limit);
  };
}
