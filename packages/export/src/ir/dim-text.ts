import type { Atom, Term } from "./dim.js";

/** (atom + plus), or the factor before all of them. */
export interface Factor {
  readonly atom: Atom;
  readonly plus: number;
}

/** factor * (atom + plus) * ...: terms as a product, one factor for each symbol; null where they are none. */
export function productOf(terms: readonly Term[]): { factor: number; factors: Factor[] } | null {
  const [first] = terms;
  if (!first) return null;
  if (first.atoms.length === 0) return terms.length === 1 ? { factor: first.factor, factors: [] } : null;
  const [atom] = first.atoms as [Atom];
  // terms = atom * inside + outside, and a product where outside = plus * inside
  const has = ({ atoms }: Term) => atoms.some((each) => sameAtom(each, atom));
  const inside = terms.filter(has).map(({ factor, atoms }): Term => {
    const at = atoms.findIndex((each) => sameAtom(each, atom));
    return { factor, atoms: atoms.toSpliced(at, 1) };
  });
  const outside = terms.filter((term) => !has(term));
  const plus = outside.length === 0 ? 0 : outside[0]!.factor / inside[0]!.factor;
  const proportional =
    outside.length === 0 ||
    (outside.length === inside.length &&
      outside.every(({ factor, atoms }, i) => {
        const twin = inside[i]!;
        const alike =
          atoms.length === twin.atoms.length && atoms.every((a, j) => sameAtom(a, twin.atoms[j]!));
        return alike && factor === plus * twin.factor;
      }));
  if (!proportional || !Number.isInteger(plus)) return null;
  const rest = productOf(inside);
  return rest && { factor: rest.factor, factors: [{ atom, plus }, ...rest.factors] };
}

/** As a product where there is one: `(height-2)*(width-2)`, or as a sum: `height*width+1`. */
export function expressionText(terms: readonly Term[]): string {
  const product = productOf(terms);
  if (product) {
    const { factor, factors } = product;
    const [only] = factors;
    if (factors.length === 1 && factor === 1) return factorText(only!);
    // 2*height+2 rather than 2*(height+1)
    if (factors.length > 1 || only!.plus === 0 || only!.atom.over > 1) {
      const parts = factors.map((each) =>
        each.atom.over === 1 && each.plus !== 0 ? `(${factorText(each)})` : factorText(each),
      );
      return withFactor(factor, parts.join("*"));
    }
  }
  return terms
    .map(({ factor, atoms }, i) => {
      const parts = atoms.map((atom) => factorText({ atom, plus: 0 })).join("*");
      const text = parts ? withFactor(factor, parts) : `${factor}`;
      return i > 0 && factor > 0 ? `+${text}` : text;
    })
    .join("");
}

function withFactor(factor: number, text: string): string {
  return factor === 1 ? text : factor === -1 ? `-${text}` : `${factor}*${text}`;
}

/** `height-2`, `floor((height-1)/2)`. */
function factorText({ atom: { symbol, times, plus: inner, over }, plus }: Factor): string {
  const sum = inner + plus * over;
  const linear = `${withFactor(times, symbol)}${sum === 0 ? "" : sum > 0 ? `+${sum}` : sum}`;
  if (over === 1) return linear;
  return `floor(${sum === 0 ? linear : `(${linear})`}/${over})`;
}

function sameAtom(a: Atom, b: Atom): boolean {
  return a.symbol === b.symbol && a.times === b.times && a.plus === b.plus && a.over === b.over;
}
