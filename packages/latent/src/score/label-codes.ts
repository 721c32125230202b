import { DataError } from "../errors.js";

/** Labels as integers: row i has the label names[codes[i]]; names in natural order, sizes[c] rows each. */
export interface LabelCodes {
  codes: Int32Array;
  names: (string | number)[];
  sizes: Int32Array;
}

/**
 * Number the labels that occur 0 .. k - 1 in natural order: numbers (and words that are numbers) by value, then words ("a2" before "a10").
 * @throws DataError for no labels, NaN, or what is neither a number nor a word
 */
export function labelCodes(call: string, labels: ArrayLike<string | number>): LabelCodes {
  const rows = labels?.length ?? 0;
  if (rows === 0) throw new DataError(`${call}: there are no labels; give one for each row`);
  const seen = new Map<string | number, number>();
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const label = labels[i]!;
    let code = seen.get(label);
    if (code === undefined) {
      checkLabel(call, label, i);
      code = seen.size;
      seen.set(label, code);
    }
    codes[i] = code;
  }
  const found = [...seen.keys()];
  const order = naturalOrder(found);
  const place = new Int32Array(found.length);
  order.forEach((old, now) => {
    place[old] = now;
  });
  const sizes = new Int32Array(found.length);
  for (let i = 0; i < rows; i++) {
    const code = place[codes[i]!]!;
    codes[i] = code;
    sizes[code] = sizes[code]! + 1;
  }
  return { codes, names: order.map((old) => found[old]!), sizes };
}

function checkLabel(call: string, label: unknown, row: number): void {
  if (typeof label === "string" || (typeof label === "number" && !Number.isNaN(label))) return;
  throw new DataError(
    `${call}: the label of row ${row} must be a number or a word, got ${typeof label === "object" ? "an object" : String(label)}. ` +
      "Give -1 for rows without a cluster.",
  );
}

function naturalOrder(names: readonly (string | number)[]): number[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const values = names.map((name) =>
    typeof name === "number" ? name : name.trim() === "" ? Number.NaN : Number(name),
  );
  const words = names.map(String);
  return names
    .map((_, i) => i)
    .sort((a, b) => {
      const [x, y] = [values[a]!, values[b]!];
      const [isX, isY] = [!Number.isNaN(x), !Number.isNaN(y)];
      if (isX !== isY) return isX ? -1 : 1;
      if (isX && x !== y) return x < y ? -1 : 1;
      const [v, w] = [words[a]!, words[b]!];
      return compare(v, w) || (v < w ? -1 : v > w ? 1 : a - b);
    });
}
