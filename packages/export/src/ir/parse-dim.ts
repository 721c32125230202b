import { GraphError } from "../errors.js";
import { addDims, type Dim, floorDim, multiplyDims, subtractDims, symbolicDim } from "./dim.js";

/** What an input's symbolic dimension may be called. */
export const symbolName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Above these it is a name, not a sum: a damaged file could multiply out to any number of terms. */
const longest = 256;
const mostTerms = 64;

/**
 * The size that an ONNX dim_param names: what dimText wrote, read back. ONNX allows any text there, so that one which
 * is no expression of ours is a symbol by that name.
 */
export function parseDim(text: string): Dim {
  if (symbolName.test(text) || text.length > longest) return symbolicDim(text);
  const tokens = text.match(/[A-Za-z_][A-Za-z0-9_]*|\d+|\S/g) ?? [];
  let at = 0;
  const take = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at++;
    return true;
  };
  const expect = (token: string) => {
    if (!take(token)) throw new NoExpression();
  };
  const sum = (): Dim => {
    let total = take("-") ? multiplyDims(product(), -1) : product();
    for (;;) {
      if (take("+")) total = addDims(total, product());
      else if (take("-")) total = subtractDims(total, product());
      else return total;
    }
  };
  const product = (): Dim => {
    let total = factor();
    while (take("*")) {
      total = multiplyDims(total, factor());
      if (typeof total !== "number" && total.terms.length > mostTerms) throw new NoExpression();
    }
    return total;
  };
  const integer = (): number => {
    const number = Number(tokens[at]);
    if (!/^\d+$/.test(tokens[at] ?? "") || !Number.isSafeInteger(number)) throw new NoExpression();
    at++;
    return number;
  };
  const factor = (): Dim => {
    if (take("(")) {
      const inner = sum();
      expect(")");
      return inner;
    }
    if (tokens[at] === "floor" && tokens[at + 1] === "(") {
      at += 2;
      const inner = sum();
      expect("/");
      const over = integer();
      expect(")");
      if (over === 0) throw new NoExpression();
      return floorDim(inner, over);
    }
    if (symbolName.test(tokens[at] ?? "")) return symbolicDim(tokens[at++]!);
    return integer();
  };
  try {
    const dim = sum();
    return at === tokens.length && typeof dim !== "number" ? dim : symbolicDim(text);
  } catch (error) {
    if (!(error instanceof NoExpression || error instanceof GraphError)) throw error;
    return symbolicDim(text);
  }
}

class NoExpression extends Error {}
