import { describe, expect, it } from "vitest";
import { highestQuarter, meanOf } from "../../packages/explorer/src/page/core/means.ts";
import {
  type Direction,
  directionGroups,
  inWords,
  nameOf,
  sumOf,
} from "../../packages/explorer/src/page/panels/arithmetic/directions.ts";
import {
  along,
  dimensionOrder,
  inactiveNote,
  numbersIn,
  rangeOf,
} from "../../packages/explorer/src/page/panels/sliders/dimensions.ts";

type Sources = Parameters<typeof directionGroups>[0];
type SiteDimension = Parameters<typeof rangeOf>[0];

const dimension = (part: Partial<SiteDimension>): SiteDimension => ({
  kl: null,
  active: true,
  mean: 0,
  quantiles: [-1, -0.5, 0, 0.5, 1],
  ...part,
});

/** Four rows of two numbers: labels 1 1 0 -, clusters 0 - 1 1, and a column with a gap. */
function sources(part: Partial<Sources> = {}): Sources {
  const mu = Float32Array.of(0, 0, 4, 0, 0, 8, 4, 8);
  const dimensions = [dimension({ mean: 2 }), dimension({ mean: 4 })];
  const reference = {
    mu,
    latent: 2,
    rows: 4,
    colourings: [
      {
        name: "digit",
        kind: "categorical",
        tensor: "labels",
        names: ["nought", "one"],
        values: Int32Array.of(1, 1, 0, -1),
      },
      {
        name: "cluster (k-means, 2)",
        kind: "categorical",
        tensor: "clusters",
        names: ["cluster 1", "cluster 2"],
        values: Int32Array.of(0, -1, 1, 1),
      },
      { name: "age", kind: "continuous", tensor: "age", values: Float32Array.of(1, Number.NaN, 9, 3) },
    ],
  };
  return {
    site: { reference: { dimensions } },
    reference,
    selection: [],
    stops: [],
    ...part,
  } as unknown as Sources;
}

const steps = (directions: readonly Direction[]) =>
  directions.map(({ id, name, step }) => [id, name, [...step]]);

describe("directions", () => {
  it("of labels, clusters and columns are the mean of their codes less the mean of all", () => {
    const groups = directionGroups(sources());
    expect(groups.map(({ name, title, directions }) => [name, title, steps(directions)])).toEqual([
      [
        "label",
        "Digit",
        [
          ["label:0", "nought", [-2, 4]],
          ["label:1", "one", [0, -4]],
        ],
      ],
      [
        "cluster",
        "Cluster",
        [
          ["cluster:0", "cluster 1", [-2, -4]],
          ["cluster:1", "cluster 2", [0, 4]],
        ],
      ],
      ["high", "Columns", [["high:age", "high age", [-2, 4]]]],
    ]);
  });

  it("there is one for what is selected on the map", () => {
    const [selected] = directionGroups(sources({ selection: [1, 3] })).filter(
      ({ name }) => name === "selection",
    );
    expect(steps(selected!.directions)).toEqual([["selection", "the selection (2 points)", [2, 0]]]);
  });

  it("without the map's data there are those of kept stops, from the mean that the site's description tells", () => {
    const stops = [{ z: Float32Array.of(5, 5), name: "drawn" }];
    const groups = directionGroups(sources({ reference: null, stops }));
    expect(groups.map(({ directions }) => steps(directions))).toEqual([[["stop:0", "drawn", [3, 1]]]]);
  });

  it("a sum adds them, by how much of each, and leaves out those that are not there", () => {
    const all = directionGroups(sources()).flatMap(({ directions }) => directions);
    const find = (id: string) => all.find((direction) => direction.id === id);
    const terms = [
      { direction: "label:0", amount: 0.5 },
      { direction: "label:1", amount: -2 },
      { direction: "selection", amount: 1 },
    ];
    expect([...sumOf(Float32Array.of(1, 1), terms, find)]).toEqual([0, 11]);
    expect(inWords(terms, find)).toBe("more like nought, less like one, more like the selection");
    expect(nameOf("cluster:3", find)).toBe("cluster 3");
  });

  it("the mean of some rows is that of their codes", () => {
    expect([...meanOf(Float32Array.of(1, 2, 9, 9, 3, 6), 2, [0, 2])]).toEqual([2, 4]);
  });

  it("the highest quarter of a column has no missing values in it", () => {
    expect(highestQuarter([1, Number.NaN, 5, 2, 9, 7, 3, 4, 6])).toEqual([4, 5]);
    expect(highestQuarter([Number.NaN])).toEqual([]);
  });
});

describe("dimensions", () => {
  it("come by KL, the inactive ones apart", () => {
    const kls = [0.2, 0.001, 1.5, 0.2, 0.004];
    const dimensions = kls.map((kl) => dimension({ kl, active: kl >= 0.01 }));
    expect(dimensionOrder(dimensions)).toEqual({ active: [2, 0, 3], inactive: [4, 1] });
  });

  it("come by the spread of their codes where KL is not known", () => {
    const narrow = dimension({ quantiles: [-0.1, 0, 0, 0, 0.1] });
    expect(dimensionOrder([narrow, dimension({})])).toEqual({ active: [1, 0], inactive: [] });
  });

  it("have the range of their codes and a little more, with the present value in it", () => {
    expect(rangeOf(dimension({}), 0.5)).toEqual({ min: -1.2, max: 1.2 });
    expect(rangeOf(dimension({}), 3)).toEqual({ min: -1.2, max: 3 });
  });

  it("have a range where all codes are the same number", () => {
    const { min, max } = rangeOf(dimension({ mean: 2, quantiles: [2, 2, 2, 2, 2] }), 2);
    expect(max).toBeGreaterThan(2);
    expect(min).toBeLessThan(2);
  });

  it("have the prior's range where they are inactive", () => {
    const { min, max } = rangeOf(dimension({ active: false, quantiles: [0, 0, 0, 0, 0] }), 0);
    expect(max).toBeGreaterThan(2.3);
    expect(min).toBeLessThan(-2.3);
  });

  it("are called inactive by what is known of them", () => {
    expect(inactiveNote([dimension({ kl: 0.002, active: false })])).toContain("KL is below 0.01 nats");
    const unknown = inactiveNote([dimension({ active: false })]);
    expect(unknown).toContain("variance of their codes is below 0.01");
    expect(unknown).not.toMatch(/KL|nats|next to nothing/);
  });

  it("are stepped along from end to end", () => {
    expect(along({ min: -1, max: 2 }, 4)).toEqual([-1, 0, 1, 2]);
  });

  it("are found by their numbers", () => {
    const asked = (text: string) => {
      const wanted = numbersIn(text);
      return wanted && Array.from({ length: 20 }, (_, i) => i).filter(wanted);
    };
    expect(asked("3, 10-12 7")).toEqual([3, 7, 10, 11, 12]);
    expect(asked("30")).toEqual([]);
    expect(asked(" ,")).toBeNull();
  });
});
