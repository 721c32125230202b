import { GraphError } from "../errors.js";
import { expressionText } from "./dim-text.js";

/** floor((times * symbol + plus) / over) in lowest terms: 0 <= plus < over, and over = 1 for the symbol itself. */
export interface Atom {
  readonly symbol: string;
  readonly times: number;
  readonly plus: number;
  readonly over: number;
}

/** factor * the product of the atoms; no atoms for the constant. */
export interface Term {
  readonly factor: number;
  readonly atoms: readonly Atom[];
}

/**
 * A size that is not known before run time: a polynomial with whole coefficients in symbols ("batch", "height") and in
 * floors of them. Terms are in one order and merged, so that expressions of one form have one text.
 */
export class SymbolicDim {
  /** `batch`, `2*batch`, `floor((height+1)/2)`: unique, and what an ONNX dim_param says. */
  readonly text: string;

  constructor(readonly terms: readonly Term[]) {
    this.text = expressionText(terms);
  }

  toString(): string {
    return this.text;
  }
}

/** A size along one axis. */
export type Dim = number | SymbolicDim;

/** Values of the symbols. */
export type Sizes = Readonly<Record<string, number>>;

/** The size that a symbol stands for. */
export function symbolicDim(symbol: string): SymbolicDim {
  return new SymbolicDim([{ factor: 1, atoms: [{ symbol, times: 1, plus: 0, over: 1 }] }]);
}

export const batch = symbolicDim("batch");

/** floor((times * symbol + plus) / over). */
export function floorOf(symbol: string, times: number, plus: number, over: number): Dim {
  const common = gcd(times, over);
  const [p, d] = [times / common, over / common];
  const q = Math.floor(plus / common);
  const whole = Math.floor(q / d);
  const atom: Atom = { symbol, times: d === 1 ? 1 : p, plus: q - whole * d, over: d };
  return sumOf([
    { factor: d === 1 ? p : 1, atoms: [atom] },
    { factor: whole, atoms: [] },
  ]);
}

export function addDims(a: Dim, b: Dim): Dim {
  return typeof a === "number" && typeof b === "number" ? a + b : sumOf([...termsOf(a), ...termsOf(b)]);
}

/** a - b. */
export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, multiplyDims(b, -1));
}

export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a * b;
  return sumOf(
    termsOf(a).flatMap((x) =>
      termsOf(b).map((y) => ({ factor: x.factor * y.factor, atoms: [...x.atoms, ...y.atoms] })),
    ),
  );
}

/** floor(dim / over). @throws GraphError (computed) where that is no polynomial in floors of one symbol each */
export function floorDim(dim: Dim, over: number): Dim {
  if (typeof dim === "number") return Math.floor(dim / over);
  const whole = dim.terms.filter(({ factor }) => factor % over === 0);
  const rest = dim.terms.filter(({ factor }) => factor % over !== 0);
  const open = rest.filter(({ atoms }) => atoms.length > 0);
  const quotient = sumOf(whole.map(({ factor, atoms }) => ({ factor: factor / over, atoms })));
  const plus = rest.find(({ atoms }) => atoms.length === 0)?.factor ?? 0;
  if (open.length === 0) return addDims(quotient, Math.floor(plus / over));
  const [{ factor, atoms }] = open as [Term];
  const [atom] = atoms as [Atom];
  // floor((floor(x / d) + k) / e) = floor((x + k * d) / (d * e)); with a factor before the floor there is no such law.
  if (open.length > 1 || atoms.length > 1 || (factor !== 1 && atom.over !== 1)) {
    throw new GraphError(`${dim.text} divided by ${over} is no size that can be written down`, {
      computed: true,
    });
  }
  const { symbol, times, over: inner } = atom;
  return addDims(quotient, floorOf(symbol, times * factor, atom.plus + plus * inner, inner * over));
}

/** The number that a size is for these values of its symbols. @throws GraphError for one that has none */
export function evaluateDim(dim: Dim, sizes: Sizes): number {
  if (typeof dim === "number") return dim;
  return dim.terms.reduce((sum, { factor, atoms }) => {
    return sum + atoms.reduce((product, atom) => product * evaluateAtom(atom, sizes), factor);
  }, 0);
}

export function evaluateAtom({ symbol, times, plus, over }: Atom, sizes: Sizes): number {
  const size = sizes[symbol];
  if (size === undefined) throw new GraphError(`the size ${symbol} is not given`);
  return Math.floor((times * size + plus) / over);
}

/** The symbols of a size, in alphabetical order. */
export function symbolsOf(dim: Dim): string[] {
  if (typeof dim === "number") return [];
  return [...new Set(dim.terms.flatMap(({ atoms }) => atoms.map(({ symbol }) => symbol)))].sort();
}

/** More than a common period of the floors in use, so that forms which agree there agree everywhere. */
const compared = 256;

/** The same size whatever the symbols are; `height-floor(height/2)` and `floor((height+1)/2)` are. */
export function sameDim(a: Dim, b: Dim): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  if (a.text === b.text) return true;
  const symbols = symbolsOf(a);
  if (`${symbols}` !== `${symbolsOf(b)}`) return false;
  return Array.from({ length: compared }, (_, k): Sizes => {
    return Object.fromEntries(symbols.map((symbol, i) => [symbol, (k * (16 * i + 1)) % (compared + i)]));
  }).every((sizes) => evaluateDim(a, sizes) === evaluateDim(b, sizes));
}

function termsOf(dim: Dim): readonly Term[] {
  return typeof dim === "number" ? [{ factor: dim, atoms: [] }] : dim.terms;
}

/** Like terms merged, in one order: more atoms first, then by name. */
function sumOf(terms: readonly Term[]): Dim {
  const merged = new Map<string, Term>();
  for (const { factor, atoms } of terms) {
    const sorted = atoms.toSorted((a, b) => compare(atomKey(a), atomKey(b)));
    const key = sorted.map(atomKey).join("*");
    merged.set(key, { factor: factor + (merged.get(key)?.factor ?? 0), atoms: sorted });
  }
  const kept = [...merged].filter(([, { factor }]) => factor !== 0);
  if (kept.every(([, { atoms }]) => atoms.length === 0)) return kept[0]?.[1].factor ?? 0;
  kept.sort(([a, x], [b, y]) => y.atoms.length - x.atoms.length || compare(a, b));
  return new SymbolicDim(kept.map(([, term]) => term));
}

function atomKey({ symbol, times, plus, over }: Atom): string {
  return `${symbol} ${over} ${times} ${plus}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function gcd(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : gcd(b, a % b);
}
