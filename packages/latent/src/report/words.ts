/** "z3, z5 and z9"; of more than `most`, the rest is counted, unless it is only one. */
export function list(words: readonly string[], most = 8): string {
  if (words.length > most + 1) return `${words.slice(0, most).join(", ")} and ${words.length - most} more`;
  if (words.length < 2) return words.join();
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "1 dimension", "3 dimensions", "1,000 rows" */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** Three digits that mean something: 0.0123, 4.56, 789, 1.23e+33. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "not known";
  const size = Math.abs(value);
  // What rounding leaves of zero.
  if (size < 1e-9) return "0";
  const minus = value < 0 ? "\u2212" : "";
  if (size >= 1e9 || size < 1e-6) return minus + size.toExponential(2);
  const digits = size >= 1000 ? Math.round(size) : Number(size.toPrecision(3));
  return minus + digits.toLocaleString("en", { maximumFractionDigits: 8 });
}

export function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "below 0.1 %";
  return `${value.toFixed(value < 10 ? 1 : 0)} %`;
}

/** Two digits with a minus sign, not a hyphen. */
export function signed(value: number): string {
  return value
    .toFixed(2)
    .replace(/^-(0\.00)$/, "$1")
    .replace("-", "\u2212");
}

/** What the report calls the points that it looks at: the means of posteriors, or the codes themselves where they have no variances. */
export function pointsName(
  { posteriors }: { posteriors: object | null },
  count: "one" | "many" = "many",
): string {
  if (posteriors) return count === "one" ? "posterior mean" : "posterior means";
  return count === "one" ? "code" : "codes";
}

/** Latent dimensions are numbered from 0, as they are in arrays. */
export function dimensionName(index: number): string {
  return `z${index}`;
}
