import { sameShape, staticShape, type Value } from "../ir/value.js";
import { floats, isFloats } from "./constant.js";
import { type Rule, rewrite, type Site } from "./pass.js";
import { combine, every, map, type Numbers, one, zero } from "./per-element.js";

/** x * scale + offset, of the shape of x. */
export interface Affine {
  x: Value;
  scale: Numbers;
  offset: Numbers;
  /** Where the numbers come from: for their name. */
  constant: Value;
}

/**
 * Largest |offset * scale| that may be taken out of (x + offset) * scale. Where x lies near -offset, as before a
 * normalisation, x * scale and the offset cancel: their rounding, 2^-24 of their size, is then 2^-20 of a result
 * near 1. Columns whose mean is thousands of times their spread (times of day, years) stay as they are.
 */
export const cancelLimit = 16;

/** Add, Sub, Mul and Div with a float32 constant, as x * scale + offset; null for anything else. */
export function affineOf(op: string, inputs: readonly (Value | null)[], output: Value): Affine | null {
  const [a, b] = inputs as readonly [Value, Value];
  const at = isFloats(b) ? 1 : isFloats(a) ? 0 : -1;
  if (at < 0 || (isFloats(a) && isFloats(b)) || !Object.hasOwn(forms, op)) return null;
  const [x, constant] = at === 1 ? [a, b] : [b, a];
  if (!sameShape(x.shape, output.shape) || !isFloats(constant)) return null;
  const c = { shape: staticShape(constant), data: constant.data };
  const form = forms[op]!(c, at);
  return form && { x, ...form, constant };
}

type Form = Omit<Affine, "x" | "constant"> | null;
/** c stands at an operand's place, 0 or 1. */
const forms: Readonly<Record<string, (c: Numbers, at: number) => Form>> = {
  Add: (c) => ({ scale: one, offset: c }),
  Sub: (c, at) =>
    at === 1 ? { scale: one, offset: map(c, (v) => -v) } : { scale: { shape: [], data: [-1] }, offset: c },
  Mul: (c) => ({ scale: c, offset: zero }),
  Div: (c, at) =>
    at === 1 && every(c, (v) => v !== 0) ? { scale: map(c, (v) => 1 / v), offset: zero } : null,
};

/** Chains of sums and products with constants become one product and one sum. */
export const affine: ReturnType<typeof rewrite> = rewrite((site) => {
  const { node, inputs } = site;
  const last = affineOf(node.op, inputs, node.outputs[0]!);
  if (!last || goesOn(site)) return null;
  const chain = [last];
  for (let { x } = last; site.single(x) && x.producer; x = chain.at(-1)!.x) {
    const before = affineOf(x.producer.op, x.producer.inputs, x);
    if (!before) break;
    chain.push(before);
  }
  chain.reverse();
  for (; chain.length > 1; chain.shift()) {
    const sum = compose(chain);
    const length = sum && Number(!isOne(sum.scale)) + Number(!isZero(sum.offset));
    if (sum && length! < chain.length) return length === 0 ? sum.x : emit(site, sum);
  }
  return null;
});

/** Whether the next operator is of the chain too: then the whole is combined there. */
function goesOn({ node, uses }: Site): boolean {
  const users = uses.get(node.outputs[0]!) ?? [];
  const [user] = users;
  return users.length === 1 && user != null && affineOf(user.op, user.inputs, user.outputs[0]!) !== null;
}

/** The links' sum, in double precision; null where the constants would grow or cancel. */
function compose(links: readonly Affine[]): Affine | null {
  let [scale, offset]: [Numbers, Numbers] = [one, zero];
  for (const link of links) {
    const nextScale = combine(scale, link.scale, (s, t) => s * t);
    const moved = combine(offset, link.scale, (o, s) => o * s);
    if (!nextScale || !moved) return null;
    if (!isOne(link.scale) && !every(moved, (v) => Math.abs(v) <= cancelLimit)) return null;
    const nextOffset = combine(moved, link.offset, (o, p) => o + p);
    if (!nextOffset) return null;
    [scale, offset] = [nextScale, nextOffset];
  }
  return { ...links[0]!, scale, offset };
}

export function isOne(numbers: Numbers): boolean {
  return every(numbers, (v) => v === 1);
}

export function isZero(numbers: Numbers): boolean {
  return every(numbers, (v) => v === 0);
}

function emit({ node, graph }: Site, { x, scale, offset }: Affine): ReturnType<Rule> {
  const outputs = [node.outputs[0]!];
  const constant = (numbers: Numbers) => {
    const { data, shape } = every(numbers, (v) => v === numbers.data[0])
      ? { data: [numbers.data[0]!], shape: [] }
      : numbers;
    return floats(graph, data, shape);
  };
  const product = isOne(scale) ? x : graph.op("Mul", [x, constant(scale)], { outputs });
  return isZero(offset) ? product : graph.op("Add", [product, constant(offset)], { outputs });
}
