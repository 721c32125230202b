/** The fewest digits that give a float32 back, bit for bit, wherever they are read as a number and rounded to float32. */
export function shortest(value: number): string {
  if (Object.is(value, -0)) return "-0";
  for (let digits = 1; digits < 9; digits++) {
    const text = `${Number(value.toPrecision(digits))}`;
    if (Math.fround(Number(text)) === value) return text;
  }
  return `${Number(value.toPrecision(9))}`;
}

export function listed(values: Float32Array, separator = ", "): string {
  return Array.from(values, shortest).join(separator);
}
