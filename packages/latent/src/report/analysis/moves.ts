import type { GaussianMixture } from "../../cluster/mixture.js";
import { DataError } from "../../errors.js";
import { moveAlong } from "../../move/arithmetic.js";
import { type AttributeDirection, attributeDirection } from "../../move/attribute-direction.js";
import { geodesic } from "../../move/geodesic.js";
import { interpolate } from "../../move/interpolate.js";
import { posteriorQuantiles } from "../../move/posterior-quantiles.js";
import { sampleMixture, samplePrior, sampleTruncated } from "../../move/samplers.js";
import { traversal } from "../../move/traversal.js";
import { type Rows, rowsOf } from "../../rows.js";
import { type CheckedInput, type Pictures, takeRows } from "../input.js";
import type { Step } from "../step.js";
import type { DimensionsAnalysis } from "./dimensions.js";

export interface MovesAnalysis {
  traversals: { dimension: number; values: number[]; pictures: Pictures }[];
  /** Between two examples, four ways. length: in output space; null where it was not measured. */
  interpolations: {
    from: number;
    to: number;
    ways: { name: string; pictures: Pictures; length: number | null }[];
  }[];
  /** Towards one class, and away from the others. */
  directions: {
    name: string;
    auc: number;
    accuracy: number;
    /** How far the pictures are from the mean of all codes, in distances between the mean of the class and that of the rest. */
    times: number[];
    pictures: Pictures;
  }[];
  samples: { name: string; pictures: Pictures }[];
  /** Decoded over the quantiles of the two most telling dimensions; null for one dimension. */
  manifold: { dimensions: [number, number]; across: number[]; down: number[]; pictures: Pictures } | null;
}

const steps = 9;
const pairs = 3;
const mostDirections = 10;
const directionTimes = [-1, -0.5, 0, 0.5, 1, 1.5, 2];
const samples = 40;
const gridSteps = 15;
/** Codes that shortest paths run over: each of them, and what lies between neighbours, is decoded. */
const geodesicRows = 1500;

/** What the decoder makes of ways through the latent space; null without a decoder. */
export async function analyzeMoves(
  input: CheckedInput,
  dimensions: DimensionsAnalysis,
  mixture: GaussianMixture,
  traversals: number,
  step: Step,
): Promise<MovesAnalysis | null> {
  const { codes, decode, latent, standardNormal } = input;
  if (!decode) return null;
  const order = dimensions.order.filter((dimension) => dimensions.active[dimension]);
  const telling = (order.length > 0 ? order : dimensions.order).slice(0, traversals);
  const moved: MovesAnalysis["traversals"] = [];
  for (const dimension of telling) {
    const { z, values } = traversal(codes, { dimension, steps });
    moved.push({ dimension, values, pictures: await step.run("traversals", () => decode(z)) });
  }
  const { seed } = step;
  const drawn = [
    ...(standardNormal
      ? [
          { name: "prior", z: samplePrior(samples, latent, { seed }) },
          { name: "prior, truncated at 2", z: sampleTruncated(samples, latent, { bound: 2, seed }) },
        ]
      : []),
    { name: "fitted mixture", z: sampleMixture(mixture, samples, { seed }) },
  ];
  const drawings = [];
  for (const { name, z } of drawn) {
    drawings.push({ name, pictures: await step.run("samples", () => decode(z)) });
  }
  return {
    traversals: moved,
    interpolations: await interpolations(input, decode, step),
    directions: await directions(input, decode, step),
    samples: drawings,
    manifold: await manifold(input, dimensions.order, decode, step),
  };
}

type Decode = NonNullable<CheckedInput["decode"]>;

async function interpolations(
  input: CheckedInput,
  decode: Decode,
  step: Step,
): Promise<MovesAnalysis["interpolations"]> {
  const { codes, rows } = input;
  const { mu } = codes;
  const kept = Math.min(rows, geodesicRows);
  const among = takeRows(
    mu,
    Array.from({ length: kept }, (_, i) => Math.floor((i * rows) / kept)),
  );
  const found: MovesAnalysis["interpolations"] = [];
  for (const [from, to] of endsOf(input)) {
    const [a, b] = [from, to].map((row) => takeRows(mu, [row]).data) as [Float32Array, Float32Array];
    const line = interpolate(a, b, { steps });
    const arc = interpolate(a, b, { steps, path: "slerp" });
    const path = await step.run("shortest paths", (run) =>
      geodesic(among, { from: a, to: b, decode, steps, ...run }),
    );
    const ways = [
      { name: "straight line", z: line, length: path.straightLength },
      { name: "arc (slerp)", z: arc, length: null },
      { name: "shortest path", z: path.z, length: path.length },
      { name: "along the data", z: path.graphZ, length: path.graphLength },
    ];
    const drawn = [];
    for (const { name, z, length } of ways) {
      drawn.push({ name, length, pictures: await step.run("interpolations", () => decode(z)) });
    }
    found.push({ from, to, ways: drawn });
  }
  return found;
}

/** Pairs of examples: the ones nearest to the middles of two classes, or rows evenly spaced. */
function endsOf({ codes, rows, classes }: CheckedInput): [number, number][] {
  const present = classes ? classes.names.map((_, i) => i).filter((i) => classes.of.includes(i)) : [];
  const rowsAt =
    classes && present.length > 1
      ? present.map((name) => typicalRow(codes.mu, (row) => classes.of[row] === name))
      : Array.from({ length: 2 * pairs }, (_, i) => Math.floor((i * rows) / (2 * pairs)));
  const count = Math.max(1, Math.min(pairs, Math.floor(rowsAt.length / 2)));
  return Array.from({ length: count }, (_, i) => [rowsAt[2 * i]!, rowsAt[2 * i + 1]!]);
}

/** Of the rows that are wanted, the one nearest to their mean. */
function typicalRow({ data, shape }: Rows, wanted: (row: number) => boolean): number {
  const [rows, latent] = shape as [number, number];
  const members = Array.from({ length: rows }, (_, row) => row).filter(wanted);
  const mean = new Float64Array(latent);
  for (const row of members)
    for (let j = 0; j < latent; j++) mean[j]! += data[row * latent + j]! / members.length;
  const distance = (row: number) =>
    mean.reduce((sum, value, j) => sum + (data[row * latent + j]! - value) ** 2, 0);
  return members.reduce((best, row) => (distance(row) < distance(best) ? row : best), members[0]!);
}

async function directions(
  { codes, classes }: CheckedInput,
  decode: Decode,
  step: Step,
): Promise<MovesAnalysis["directions"]> {
  if (!classes || classes.names.length < 2) return [];
  const { mu } = codes;
  const middle = meanOf(mu);
  const found: MovesAnalysis["directions"] = [];
  for (const [i, name] of classes.names.slice(0, mostDirections).entries()) {
    const target = Array.from(classes.of, (label) => label === i);
    if (target.filter(Boolean).length < 2) continue;
    const told = directionOf(mu, target);
    if (!told) continue;
    const { direction, accuracy, auc, scale } = told;
    const at = directionTimes.map((times) => times * scale);
    const pictures = await step.run("directions", () => decode(moveAlong(middle, direction, at)));
    found.push({ name, auc, accuracy, times: directionTimes, pictures });
  }
  return found;
}

/** null for a class whose codes have the same mean as all others. */
function directionOf(mu: Rows, target: readonly boolean[]): AttributeDirection | null {
  try {
    return attributeDirection(mu, target);
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

async function manifold(
  { codes, latent }: CheckedInput,
  order: readonly number[],
  decode: Decode,
  step: Step,
): Promise<MovesAnalysis["manifold"]> {
  if (latent < 2) return null;
  const [x, y] = latent === 2 ? [0, 1] : [order[0]!, order[1]!];
  const at = Array.from({ length: gridSteps }, (_, i) => 0.02 + (0.96 * i) / (gridSteps - 1));
  const [across, down] = [posteriorQuantiles(codes, x, at), posteriorQuantiles(codes, y, at).reverse()];
  const middle = meanOf(codes.mu);
  const z = rowsOf(new Float32Array(gridSteps * gridSteps * latent), latent);
  for (let row = 0; row < gridSteps; row++) {
    for (let column = 0; column < gridSteps; column++) {
      const start = (row * gridSteps + column) * latent;
      z.data.set(middle, start);
      z.data[start + x] = across[column]!;
      z.data[start + y] = down[row]!;
    }
  }
  return { dimensions: [x, y], across, down, pictures: await step.run("manifold", () => decode(z)) };
}

function meanOf({ data, shape }: Rows): Float32Array {
  const [rows, columns] = shape as [number, number];
  const mean = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) mean[i % columns]! += data[i]! / rows;
  return Float32Array.from(mean);
}
