/** Round numbers from `from` to `to`, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(from: number, to: number, count: number): number[] {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [from];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** A number in a label: `digits` significant ones, a true minus sign, no needless zeros. */
export function short(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "none" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text =
    size !== 0 && (size >= 1e6 || size < 1e-3)
      ? value
          .toExponential(digits - 1)
          .replace(/\.?0+e/, "e")
          .replace("e+", "e")
      : String(Number(value.toPrecision(Math.max(digits, size >= 1 ? Math.floor(Math.log10(size)) + 1 : 0))));
  return text.replace(/-/g, "−");
}

/** A number in a label, to as many decimals as an error of `unit` asks for. */
export function rounded(value: number, unit: number): string {
  if (!(unit > 0) || unit < 1e-6 || Math.abs(value) >= 1e6) return short(value);
  const decimals = Math.max(Math.ceil(-Math.log10(unit)), 0);
  return short(Number(value.toFixed(decimals)), 15);
}

/** With as many decimals as asked for: numbers in a row that belong together. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return short(value);
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** 12,345 */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

export function percent(share: number): string {
  return `${short(100 * share, share >= 0.1 ? 2 : 1)} %`;
}

/** "2 points", "1 point" */
export function amount(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Smallest and largest finite number; [0, 1] where there is none. */
export function extent(values: ArrayLike<number>, start = 0, step = 1): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = start; i < values.length; i += step) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}
