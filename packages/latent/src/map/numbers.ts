/** 12345 -> "12,345", whatever the reader's language: the sentences around it are English. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Four significant digits, as few characters as say them. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "missing";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return count(value);
  return size !== 0 && (size >= 1e7 || size < 1e-3)
    ? value.toExponential(2)
    : `${Number(value.toPrecision(4))}`;
}
