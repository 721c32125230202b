import { dimText, parseDim, symbolicDim } from "@vaekit/export";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDims,
  type Dim,
  evaluateDim,
  floorDim,
  floorOf,
  multiplyDims,
  type Sizes,
  sameDim,
} from "../../packages/export/src/ir/dim.ts";
import { Fitter } from "../../packages/export/src/trace/fit.ts";
import { fitFloat } from "../../packages/export/src/trace/float-fit.ts";
import { Points } from "../../packages/export/src/trace/points.ts";

const symbols = ["batch", "height", "width"];
const everywhere: Sizes[] = Array.from({ length: 150 }, (_, i) => ({
  batch: 1 + (i % 9),
  height: 16 + i,
  width: 16 + ((i * 7) % 150),
}));

/** Fit what a rule says at the recorded points, with as many more as are asked for. */
function fitted<Fit>(rule: (sizes: Sizes) => number, fit: (fitter: Fitter, values: number[]) => Fit): Fit {
  const points = new Points(symbols);
  let recorded = points.initial();
  for (;;) {
    const fitter = new Fitter(points, recorded);
    const result = fit(fitter, recorded.map(rule));
    if (fitter.wanted.length === 0) return result;
    recorded = [...recorded, ...fitter.wanted];
  }
}

const fitSize = (rule: (sizes: Sizes) => number) => fitted(rule, (fitter, values) => fitter.fit(values));

const divisors = [1, 2, 3, 4, 5, 8, 16, 32];
/** No size is 0 or less where the function is recorded: a window that does not fit is no size to fit. */
const smallest = { height: 19, width: 19 };
const positive = (dim: Dim) => evaluateDim(dim, smallest) > 0;
const term = (symbol: string) =>
  fc
    .record({ over: fc.constantFrom(...divisors), plus: fc.nat(31), times: fc.constantFrom(1, 1, 1, 2, 3) })
    .filter(({ times, over }) => times === 1 || over <= 2)
    .map(({ over, plus, times }) => floorOf(symbol, times, plus % over, over))
    .filter(positive);
const offset = fc.integer({ min: -3, max: 3 });
const factor = fc.constantFrom(1, 1, 2, 3, 8, 64);
const sum = (...dims: Dim[]) => dims.reduce(addDims, 0);
const product = (...dims: Dim[]) => dims.reduce(multiplyDims, 1);

const families: Record<string, fc.Arbitrary<Dim>> = {
  "a * t(height) + b": fc.tuple(term("height"), factor, offset).map(([t, a, b]) => sum(product(t, a), b)),
  "c * x * y + a * x + b * y + k": fc
    .tuple(term("height"), term("width"), fc.nat(3), fc.nat(3), offset, factor)
    .map(([x, y, a, b, k, c]) => sum(product(x, y, c), product(x, a), product(y, b), k)),
  "batch * (x + a) * (y + b)": fc
    .tuple(term("height"), term("width"), offset, offset)
    .filter(([x, y, a, b]) => positive(sum(x, a)) && positive(sum(y, b)))
    .map(([x, y, a, b]) => product(symbolicDim("batch"), sum(x, a), sum(y, b))),
  "batch * (x * y + 1)": fc
    .tuple(term("height"), term("width"))
    .map(([x, y]) => product(symbolicDim("batch"), sum(product(x, y), 1))),
};

describe("sizes that follow from symbols are found again", () => {
  it.each(Object.entries(families))("%s", (_, family) => {
    fc.assert(
      fc.property(family, (dim) => {
        const found = fitSize((sizes) => evaluateDim(dim, sizes));
        expect(found, `${dim}`).not.toBeNull();
        for (const sizes of everywhere)
          expect(evaluateDim(found!, sizes), `${dim} as ${found}`).toBe(evaluateDim(dim, sizes));
      }),
      { numRuns: 40 },
    );
  });

  it("numbers over how many places there are, with float32's roundings", () => {
    const cases = fc.tuple(
      term("height"),
      term("width"),
      fc.float({ min: Math.fround(0.01), max: 9, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, fc.boolean(), ([x, y, c], inverse) => {
        const places = (sizes: Sizes) => sizes.batch! * evaluateDim(x, sizes) * evaluateDim(y, sizes);
        const rule = (sizes: Sizes) => Math.fround(inverse ? c / places(sizes) : c * places(sizes));
        const found = fitted(rule, fitFloat)!;
        expect(found, `${x} ${y}`).not.toBeNull();
        const value = (dims: readonly Dim[], sizes: Sizes) => evaluateDim(product(...dims), sizes);
        for (const sizes of everywhere) {
          if (places(sizes) === 0) continue;
          const got = (found.factor * value(found.times, sizes)) / value(found.over, sizes) + found.plus;
          expect(Math.abs(got / rule(sizes) - 1)).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("what does not follow from the symbols is refused", () => {
  const noise = (sizes: Sizes, seed: number, below: number) => {
    let state = seed;
    for (const size of Object.values(sizes)) state = Math.imul(state ^ size, 0x9e3779b1) ^ (state >>> 15);
    return ((state >>> 0) % below) + 1;
  };
  it.each([1000, 40, 6])("noise below %i", (below) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(fitSize((sizes) => noise(sizes, seed, below))).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, (sizes: Sizes) => number]>([
    ["a square", ({ height }) => height! * height!],
    ["a rounded root", ({ height }) => Math.floor(Math.sqrt(height!))],
    ["a minimum", ({ height }) => Math.min(height!, 40)],
    ["a minimum of two", ({ height, width }) => Math.min(height!, width!)],
    ["a product, rounded afterwards", ({ height, width }) => Math.floor((height! * width!) / 2)],
    ["parity", ({ height }) => height! % 2],
    ["fractions", ({ height }) => height! / 2],
    ["a logarithm", ({ height }) => Math.ceil(Math.log2(height!))],
    ["numbers at some batches only", ({ batch }) => (batch! > 6 ? 2 * batch! : batch!)],
  ])("%s", (_, rule) => {
    expect(fitSize(rule)).toBeNull();
  });
});

describe("expressions", () => {
  const any = fc
    .tuple(term("height"), term("width"), term("height"), offset, offset, factor)
    .map(([x, y, z, a, b, c]) => sum(product(x, y, c), product(z, a), b));

  it("are read back from their text", () => {
    fc.assert(
      fc.property(any, (dim) => {
        if (typeof dim !== "number") expect(parseDim(dimText(dim))).toEqual(dim);
      }),
    );
  });

  it("add, multiply and divide as the numbers do", () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        for (const sizes of everywhere.slice(0, 20)) {
          const [x, y] = [evaluateDim(a, sizes), evaluateDim(b, sizes)];
          expect(evaluateDim(addDims(a, b), sizes)).toBe(x + y);
          expect(evaluateDim(multiplyDims(a, b), sizes)).toBe(x * y + 0);
        }
      }),
    );
    fc.assert(
      fc.property(term("height"), offset, fc.constantFrom(2, 3, 4, 8), (t, plus, over) => {
        const divided = floorDim(addDims(t, plus), over);
        for (const sizes of everywhere) {
          expect(evaluateDim(divided, sizes)).toBe(Math.floor((evaluateDim(t, sizes) + plus) / over));
        }
      }),
    );
  });

  it("are the same where they agree everywhere, whatever their form", () => {
    expect(sameDim(parseDim("height-floor(height/2)"), parseDim("floor((height+1)/2)"))).toBe(true);
    expect(sameDim(parseDim("height-floor(height/2)"), parseDim("floor((height+2)/2)"))).toBe(false);
    expect(sameDim(parseDim("height"), parseDim("width"))).toBe(false);
    expect(sameDim(parseDim("floor((height+31)/32)"), parseDim("floor((height+30)/32)"))).toBe(false);
  });

  it.each([
    ["floor(floor((height+1)/2)/2)", "floor((height+1)/4)"],
    ["2*(height+1)", "2*height+2"],
    ["floor((2*height+3)/2)", "height+1"],
    ["(batch+1)*(height-2)*3", "3*(batch+1)*(height-2)"],
    ["height*batch", "batch*height"],
    ["-height+4", "-height+4"],
    ["batch*batch", "batch*batch"],
  ])("%s is %s", (text, normal) => {
    expect(dimText(parseDim(text))).toBe(normal);
  });

  it.each([
    "N/2",
    "unk__0 ?",
    "floor(height)",
    "floor(height*width/2)",
    "a b",
    "7",
    "()",
    "2*",
    "a".repeat(300),
  ])("%s is a name of its own", (text) => {
    expect(parseDim(text)).toEqual(symbolicDim(text));
  });
});
