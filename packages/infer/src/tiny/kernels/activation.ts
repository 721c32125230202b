import { elementOf } from "../read-tensor.js";
import type { Tensor } from "../tensor.js";
import { known, number } from "./arguments.js";
import { unary } from "./elementwise.js";
import type { Call, Kernel } from "./types.js";

export const leakyRelu = unary((call) => {
  const alpha = number(call, "alpha", 0.01);
  return (x) => (x < 0 ? alpha * x : x);
});

export const elu = unary((call) => {
  const alpha = number(call, "alpha", 1);
  return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
});

export const selu = unary((call) => {
  const alpha = number(call, "alpha", 1.6732631921768188);
  const gamma = number(call, "gamma", 1.0507010221481323);
  return (x) => gamma * (x < 0 ? alpha * Math.expm1(x) : x);
});

/** Bounds are inputs; one that is left out does not bound. */
export const clip = unary((call) => {
  const least = known(call, 1)?.[0] ?? Number.NEGATIVE_INFINITY;
  const most = known(call, 2)?.[0] ?? Number.POSITIVE_INFINITY;
  return (x) => Math.min(most, Math.max(least, x));
});

/** Abramowitz & Stegun 7.1.26: off by at most 1.5e-7. */
export function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

/** Halves go to the even neighbour. */
export function round(x: number): number {
  const whole = Math.round(x);
  return whole - x === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}

export const cast: Kernel = (call) => {
  const dtype = elementOf(number(call, "to", 0), "Cast");
  return unary(() => conversions[kindOf(dtype)](call), dtype)(call);
};

type Kind = "real" | "whole" | "bool";
const kindOf = (dtype: Tensor["dtype"]): Kind =>
  dtype === "bool" ? "bool" : dtype.startsWith("float") ? "real" : "whole";

const conversions: { readonly [K in Kind]: (call: Call) => (x: number) => number } = {
  real: () => (x) => x,
  whole: () => Math.trunc,
  bool: () => (x) => Number(x !== 0),
};
