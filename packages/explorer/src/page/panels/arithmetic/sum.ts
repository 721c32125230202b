import { batch } from "@preact/signals";
import { go, type State, say, type Term } from "../../core/state.js";
import { type Direction, type FindDirection, inWords, sumOf } from "./directions.js";

/** The furthest that a direction is taken, either way. */
export const furthest = 2;

/** Take other terms, and go to their sum. The first terms start from the code that is looked at. */
export function setTerms(state: State, terms: readonly Term[], find: FindDirection): void {
  const base = state.base.peek() ?? state.z.peek();
  batch(() => {
    state.terms.value = terms;
    // Without terms the next sum starts from what is looked at then.
    state.base.value = terms.length > 0 ? base : null;
    go(state, sumOf(base, terms, find), inWords(terms, find) || "where the sum starts");
  });
}

/** Once more of a direction (by = 1) or less (by = -1); as much of both is none of it. */
export function addTerm(state: State, { id, name }: Direction, by: 1 | -1, find: FindDirection): void {
  const terms = state.terms.peek();
  const before = terms.find(({ direction }) => direction === id)?.amount ?? 0;
  const amount = Math.max(-furthest, Math.min(furthest, before + by));
  if (before === 0) {
    setTerms(state, [...terms.filter(({ direction }) => direction !== id), { direction: id, amount }], find);
  } else if (amount === 0) removeTerm(state, id, find);
  else setAmount(state, id, amount, find);
  say(state, amount === 0 ? `${name} removed` : `${amount > 0 ? "More" : "Less"} like ${name}: ${amount}`);
}

export function setAmount(state: State, id: string, amount: number, find: FindDirection): void {
  const terms = state.terms.peek();
  setTerms(
    state,
    terms.map((term) => (term.direction === id ? { ...term, amount } : term)),
    find,
  );
}

export function removeTerm(state: State, id: string, find: FindDirection): void {
  setTerms(
    state,
    state.terms.peek().filter(({ direction }) => direction !== id),
    find,
  );
}

/** The sum has led here: go on from here with a new one. */
export function startAnew(state: State): void {
  batch(() => {
    state.terms.value = [];
    state.base.value = null;
  });
  say(state, "The next sum starts from this code.");
}

/** The same terms, added to the code that is looked at. */
export function startHere(state: State, find: FindDirection): void {
  state.base.value = state.z.peek();
  setTerms(state, state.terms.peek(), find);
  say(state, "The sum starts from this code now.");
}

export function sameCode(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => Math.abs(value - b[i]!) <= 1e-5 * Math.max(1, Math.abs(value)));
}
