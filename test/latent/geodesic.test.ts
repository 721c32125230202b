import { describe, expect, it } from "vitest";
import { solveBanded } from "../../packages/latent/src/move/banded.ts";
import type { Decode } from "../../packages/latent/src/move/decode.ts";
import { type GeodesicOptions, geodesic } from "../../packages/latent/src/move/geodesic.ts";
import { areConnected, uniqueEdges } from "../../packages/latent/src/move/graph.ts";
import { pullbackMetric } from "../../packages/latent/src/move/pullback-metric.ts";
import { shortestPath } from "../../packages/latent/src/move/shortest-path.ts";
import { nearestNeighbours } from "../../packages/latent/src/neighbours/nearest-neighbours.ts";
import { reachabilityTree } from "../../packages/latent/src/neighbours/spanning-tree.ts";
import { Random } from "../../packages/latent/src/random.ts";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.ts";
import { finishTask } from "../../packages/latent/src/task.ts";
import oracle from "./oracles/move.json" with { type: "json" };

type Surface = (z: Float32Array) => number[];

/** A decoder of one row at a time, and how many rows it was asked for. */
function decoderOf(surface: Surface): Decode & { rows: number } {
  const decode = (z: Rows) => {
    const [rows, latent] = z.shape as [number, number];
    const made = Array.from({ length: rows }, (_, i) =>
      surface(z.data.subarray(i * latent, (i + 1) * latent)),
    );
    counted.rows += rows;
    return { data: Float32Array.from(made.flat()), shape: [rows, made[0]!.length, 1] };
  };
  const counted = Object.assign(decode, { rows: 0 });
  return counted;
}

function scattered(rows: number, ranges: [number, number][], seed = 0): Rows {
  const random = new Random(seed);
  const data = Float32Array.from({ length: rows * ranges.length }, (_, i) => {
    const [from, to] = ranges[i % ranges.length]!;
    return from + (to - from) * random.uniform();
  });
  return rowsOf(data, ranges.length);
}

const flat: Surface = (z) => Array.from(z);
/** Longitude and latitude. */
const sphere: Surface = ([u, v]) => [Math.cos(v!) * Math.cos(u!), Math.cos(v!) * Math.sin(u!), Math.sin(v!)];
const cylinder: Surface = ([u, v]) => [Math.cos(u!), Math.sin(u!), v!];
const roll: Surface = ([t, y]) => [t! * Math.cos(t!), y!, t! * Math.sin(t!)];
const arc = (t: number) => (t * Math.sqrt(1 + t * t) + Math.asinh(t)) / 2;

interface Case {
  name: string;
  surface: Surface;
  points: Rows;
  from: [number, number];
  to: [number, number];
  expected: number;
}

const cases: Case[] = [
  {
    name: "a sphere",
    surface: sphere,
    points: scattered(1500, [
      [-0.2, 2.4],
      [-0.2, 1.4],
    ]),
    from: [0, 0.8],
    to: [2.2, 0.7],
    expected: Math.acos(Math.sin(0.8) * Math.sin(0.7) + Math.cos(0.8) * Math.cos(0.7) * Math.cos(2.2)),
  },
  {
    name: "a cylinder",
    surface: cylinder,
    points: scattered(1500, [
      [0, 4],
      [0, 2],
    ]),
    from: [0.3, 0.2],
    to: [3.5, 1.9],
    expected: Math.hypot(3.2, 1.7),
  },
  {
    name: "a swiss roll",
    surface: roll,
    points: scattered(1500, [
      [1, 12],
      [0, 30],
    ]),
    from: [1.5, 1],
    to: [11.5, 28],
    expected: Math.hypot(arc(11.5) - arc(1.5), 27),
  },
];

describe("geodesic", () => {
  it.each(cases)(
    "on $name has the length that geometry gives",
    async ({ surface, points, from, to, expected }) => {
      const ends = { from: Float32Array.from(from), to: Float32Array.from(to) };
      const found = await geodesic(points, { ...ends, decode: decoderOf(surface), steps: 17 });
      expect(Math.abs(found.length / expected - 1)).toBeLessThan(0.005);
      expect(found.length).toBeLessThanOrEqual(found.straightLength);
      expect(found.graphLength / expected).toBeGreaterThan(0.995);
      expect(found.graphLength / expected).toBeLessThan(1.12);
      expect(found.z.shape).toEqual([17, 2]);
      expect(found.z.data.slice(0, 2)).toEqual(ends.from);
      expect(found.z.data.slice(-2)).toEqual(ends.to);
      // Equal distances in output space, along arcs that are somewhat longer than their chords.
      const outputs = Array.from({ length: 17 }, (_, i) => surface(found.z.data.subarray(2 * i, 2 * i + 2)));
      const chords = outputs.slice(1).map((row, i) => Math.hypot(...row.map((x, k) => x - outputs[i]![k]!)));
      expect(Math.max(...chords) / Math.min(...chords)).toBeLessThan(1.15);
    },
  );

  it("keeps to the graph without refinement, where the straight line is longer", async () => {
    const { surface, points, from, to } = cases[2]!;
    const rest = { from: Float32Array.from(from), to: Float32Array.from(to), decode: decoderOf(surface) };
    const kept = await geodesic(points, { ...rest, refine: 0 });
    expect(kept.length).toBe(Math.min(kept.graphLength, kept.straightLength));
    const refined = await geodesic(points, rest);
    expect(refined.length).toBeLessThan(kept.length);
  });

  it("goes around a mountain", async () => {
    const mountain: Surface = ([x, y]) => [x!, y!, 6 * Math.exp(-(x! ** 2 + y! ** 2))];
    const points = scattered(1200, [
      [-3, 3],
      [-3, 3],
    ]);
    const options = {
      from: Float32Array.of(-2.5, 0.1),
      to: Float32Array.of(2.5, 0.1),
      decode: decoderOf(mountain),
    };
    const { z, length, straightLength } = await geodesic(points, options);
    expect(straightLength).toBeGreaterThan(12);
    expect(length).toBeLessThan(7.5);
    const heights = Array.from({ length: 9 }, (_, i) => mountain(z.data.subarray(2 * i, 2 * i + 2))[2]!);
    expect(Math.max(...heights)).toBeLessThan(2);
  });

  it("takes rows as ends, says which rows it passes, and decodes each node once", async () => {
    const points = scattered(300, [
      [0, 10],
      [0, 1],
    ]);
    const decode = decoderOf(flat);
    const { nodes, length, straightLength } = await geodesic(points, {
      from: 4,
      to: 9,
      decode,
      refine: 0,
      parts: 1,
    });
    expect(nodes[0]).toBe(4);
    expect(nodes.at(-1)).toBe(9);
    // In a flat space nothing is shorter than the straight line.
    expect(length).toBe(straightLength);
    const inner = 2 * (32 * 4 + 1) + nodes.length * 128;
    expect(decode.rows).toBeLessThan(300 + inner);
    const far = await geodesic(points, { from: 4, to: Float32Array.of(5, 0.5), decode, rows: 50 });
    expect(far.nodes[0]).toBe(4);
  });

  it("takes a graph that is there, with ends that are no points", async () => {
    const { surface, points, from, to } = cases[0]!;
    const graph = await nearestNeighbours(points, { count: 8 });
    const ends = { from: Float32Array.from(from), to: Float32Array.from(to) };
    const decode = decoderOf(surface);
    const own = await geodesic(points, { ...ends, decode, graph });
    const made = await geodesic(points, { ...ends, decode, neighbours: 8 });
    expect(own.length).toBeCloseTo(made.length, 3);
    const short = { ...graph, shape: [10, 8] as [number, number] };
    await expect(geodesic(points, { ...ends, decode, graph: short })).rejects.toThrow(
      /graph has 12000 indices .* do not fill its shape \[10,8\]/,
    );
  });

  it("joins a graph in parts, and one of equal points", async () => {
    const far = scattered(60, [
      [0, 1],
      [0, 1],
    ]);
    far.data.subarray(60).forEach((value, i) => {
      far.data[60 + i] = value + 100;
    });
    const apart = await geodesic(far, { from: 0, to: 59, decode: decoderOf(flat), neighbours: 3, refine: 0 });
    expect(apart.nodes[0]).toBe(0);
    expect(apart.nodes.at(-1)).toBe(59);
    expect(apart.graphLength).toBeLessThan(1.3 * apart.straightLength);
    const equal = rowsOf(new Float32Array(2 * 500).fill(1), 2);
    equal.data[999] = 3;
    const two = await geodesic(equal, { from: 0, to: 499, decode: decoderOf(flat), neighbours: 5 });
    expect(two.length).toBeCloseTo(2, 5);
  });

  it("takes decoders of bytes, of one number, and of nothing but one picture", async () => {
    const points = scattered(400, [
      [-1, 1],
      [-1, 1],
    ]);
    const bytes: Decode = ({ data, shape }) => ({
      data: Uint8Array.from(data, (value) => 128 + 100 * Math.tanh(value)),
      shape: [shape[0]!, 1, 2],
    });
    const byBytes = await geodesic(points, { from: 0, to: 1, decode: bytes });
    expect(byBytes.length).toBeLessThanOrEqual(byBytes.straightLength);
    expect(byBytes.length).toBeGreaterThan(0);
    const same: Decode = ({ shape }) => ({ data: new Float32Array(3 * shape[0]!), shape: [shape[0]!, 3] });
    const still = await geodesic(points, { from: 0, to: 1, decode: same, steps: 3 });
    expect(still).toMatchObject({ length: 0, straightLength: 0, graphLength: 0 });
    expect(still.z.data.every(Number.isFinite)).toBe(true);
    expect(still.z.data.slice(0, 2)).toEqual(points.data.slice(0, 2));
    expect(still.z.data.slice(-2)).toEqual(points.data.slice(2, 4));
    const line = scattered(50, [[0, 5]]);
    const one = await geodesic(line, { from: 0, to: 1, decode: decoderOf(([x]) => [x! ** 2]) });
    expect(one.length).toBeCloseTo(Math.abs(line.data[0]! ** 2 - line.data[1]! ** 2), 4);
  });

  it("takes decoders that write each answer over the last", async () => {
    const { surface, points } = cases[0]!;
    const fresh = decoderOf(surface);
    const memory = new Float32Array(3 * 1024);
    const reusing: Decode = async (z) => {
      const { data, shape } = await fresh(z);
      memory.set(data);
      return { data: memory.subarray(0, data.length), shape };
    };
    const found = await geodesic(points, { from: 0, to: 1, decode: reusing });
    expect(found).toEqual(await geodesic(points, { from: 0, to: 1, decode: fresh }));
  });

  it("stays where it is between equal ends", async () => {
    const points = scattered(20, [
      [0, 1],
      [0, 1],
    ]);
    const decode = decoderOf(flat);
    const there = await geodesic(points, { from: 3, to: 3, decode, steps: 4 });
    expect(there).toMatchObject({ nodes: Int32Array.of(3), length: 0, straightLength: 0 });
    expect(Array.from({ length: 4 }, (_, i) => there.z.data.slice(2 * i, 2 * i + 2))).toEqual(
      new Array(4).fill(points.data.slice(6, 8)),
    );
    const two = await geodesic(rowsOf(Float32Array.of(0, 0, 1, 1), 2), { from: 0, to: 1, decode });
    expect(two.length).toBeCloseTo(Math.SQRT2, 6);
    const alone = await geodesic(rowsOf(Float32Array.of(0, 0), 2), {
      from: 0,
      to: Float32Array.of(3, 4),
      decode,
    });
    expect(alone.length).toBeCloseTo(5, 6);
  });

  it("tells how far it is and can be ended, even where decode never rests", async () => {
    const points = scattered(1500, [
      [0, 2],
      [0, 1],
    ]);
    const decode = decoderOf(([u, v]) => Array.from({ length: 200 }, (_, i) => Math.sin(i * u! + v!)));
    const stages = new Set<string>();
    await geodesic(points, {
      from: 0,
      to: 1,
      decode,
      rows: 200,
      onProgress: ({ stage }) => stages.add(stage),
    });
    expect([...stages]).toEqual(expect.arrayContaining(["decode", "measure", "shorten"]));
    const control = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => control.abort(reason), 1);
    decode.rows = 0;
    await expect(
      geodesic(points, { from: 0, to: 1, decode, signal: control.signal, batchSize: 64 }),
    ).rejects.toBe(reason);
    expect(decode.rows).toBeLessThan(8000);
  });

  it.each<[string, Partial<GeodesicOptions>, RegExp]>([
    ["a row that there is not", { from: 20 }, /from must be an integer from 0 to 19, got 20/],
    ["a code of another length", { to: new Float32Array(3) }, /to must have 2 numbers/],
    ["no end", { to: undefined }, /to must be a row of points or a code, got undefined/],
    ["one step", { steps: 1 }, /steps must be an integer from 2/],
    ["no decode", { decode: undefined }, /decode must be a function of z/],
    ["an unknown option", { step: 3 } as object, /there is no option "step"/],
    [
      "too few rows of decode",
      { decode: () => ({ data: new Float32Array(6), shape: [3, 2] }) },
      /decode got 129 codes and must give as many rows; it gave 6 numbers of the shape \[3,2\]/,
    ],
    [
      "NaN of decode",
      { decode: ({ shape }) => ({ data: new Float32Array(shape[0]!).fill(Number.NaN), shape: [shape[0]!] }) },
      /decode gave NaN in row 0/,
    ],
    ["nothing of decode", { decode: (async () => undefined) as never }, /decode must give \{ data, shape \}/],
  ])("refuses %s", async (_, wrong, message) => {
    const points = scattered(20, [
      [0, 1],
      [0, 1],
    ]);
    await expect(geodesic(points, { from: 0, to: 1, decode: decoderOf(flat), ...wrong })).rejects.toThrow(
      message,
    );
  });

  it("throws what decode throws", async () => {
    const points = scattered(20, [[0, 1]]);
    const reason = new Error("the decoder's own");
    const decode = async () => {
      throw reason;
    };
    await expect(geodesic(points, { from: 0, to: 1, decode })).rejects.toBe(reason);
  });
});

describe("pullbackMetric", () => {
  it("is J^T J of a surface whose Jacobian is known, in one call", async () => {
    let calls = 0;
    const surface = decoderOf(sphere);
    const decode: Decode = (z) => {
      calls++;
      expect(z.shape).toEqual([4, 2]);
      return surface(z);
    };
    const metric = await pullbackMetric(Float32Array.of(0.4, 0.9), decode);
    expect(calls).toBe(1);
    expect(metric).toBeAllClose([Math.cos(0.9) ** 2, 0, 0, 1], { atol: 2e-4 });
  });

  it("is A^T A of a linear decoder", async () => {
    const rows = [
      [1, 2, 0],
      [0, -1, 3],
      [2, 2, 2],
      [0.5, 0, 1],
    ];
    const linear: Surface = (z) => rows.map((row) => row.reduce((sum, weight, j) => sum + weight * z[j]!, 0));
    const metric = await pullbackMetric(Float32Array.of(3, -1, 0.2), decoderOf(linear));
    const expected = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
    );
    expect(metric).toBeAllClose(expected, { atol: 2e-3 });
  });

  it("says what is wrong with what it is given", async () => {
    const decode = decoderOf(flat);
    await expect(pullbackMetric(Float32Array.of(1e9, 0), decode)).rejects.toThrow(/epsilon 0.005 is lost/);
    await expect(pullbackMetric(new Float32Array(0), decode)).rejects.toThrow(/z is empty/);
    const short: Decode = () => ({ data: new Float32Array(2), shape: [1, 2] });
    await expect(pullbackMetric(Float32Array.of(1), short)).rejects.toThrow(/decode got 2 codes/);
  });
});

describe("solveBanded", () => {
  it("solves equations with a few diagonals, and none that are not positive definite", () => {
    const random = new Random(2);
    const [size, width] = [12, 4];
    const band = Float64Array.from({ length: size * width }, (_, i) =>
      i % width === width - 1 ? 8 : random.normal(),
    );
    const entry = (i: number, j: number): number =>
      i < j ? entry(j, i) : i - j < width ? band[i * width + width - 1 + j - i]! : 0;
    const dense = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => entry(i, j)));
    const right = Float64Array.from({ length: size }, () => random.normal());
    const x = finishTask(solveBanded(band.slice(), width, right))!;
    const product = dense.map((row) => row.reduce((sum, value, j) => sum + value * x[j]!, 0));
    expect(product).toBeAllClose(right, { atol: 1e-12 });
    band[5 * width + width - 1] = -1;
    expect(finishTask(solveBanded(band, width, right))).toBeNull();
  });
});

describe("the graph", () => {
  it("has scipy's shortest paths", () => {
    const { nodes, edges, weights, from, lengths } = oracle.paths;
    const graph = uniqueEdges(edges.flat(), nodes);
    expect(graph.count).toBe(edges.length);
    for (const [i, start] of from.entries()) {
      for (let end = 0; end < nodes; end++) {
        const { length, nodes: path } = shortestPath(graph, Float64Array.from(weights), nodes, start, end);
        const expected = lengths[i]![end]!;
        if (expected < 0) {
          expect({ length, path }).toEqual({ length: Number.POSITIVE_INFINITY, path: [] });
          expect(areConnected(graph, nodes, start, end)).toBe(false);
          continue;
        }
        expect(length).toBeCloseTo(expected, 10);
        expect([path[0], path.at(-1)]).toEqual([start, end]);
        expect(areConnected(graph, nodes, start, end)).toBe(true);
      }
    }
    expect(lengths.flat().filter((length) => length < 0).length).toBeGreaterThan(0);
  });

  it("names each edge once, without loops", () => {
    expect(uniqueEdges([1, 0, 0, 1, 2, 2, 2, 1, 0, 1], 3)).toEqual({
      ends: Int32Array.of(0, 1, 1, 2),
      count: 2,
    });
    expect(uniqueEdges([], 3)).toEqual({ ends: new Int32Array(0), count: 0 });
  });

  it("has a spanning tree of least length", () => {
    const points = Float32Array.of(0, 10, 1, 11.5, 3);
    const { from, to } = finishTask(reachabilityTree(points, 1, new Float64Array(5)));
    const pairs = Array.from(from, (node, i) => [node, to[i]!]).flat();
    expect(uniqueEdges(pairs, 5)).toEqual(uniqueEdges([0, 2, 2, 4, 4, 1, 1, 3], 5));
  });
});
