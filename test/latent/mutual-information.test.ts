import { describe, expect, test } from "vitest";
import { mutualInformation } from "../../packages/latent/src/describe/mutual-information.js";
import { DataError, UsageError } from "../../packages/latent/src/errors.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { normal, read, repeated, rowsFrom } from "./describe-oracle.js";

interface Stored {
  shape: [number, number];
  data: number[];
}

const oracle = read<{
  points: Stored;
  labels: number[];
  amounts: Stored;
  classes: Record<string, number[]>;
  continuous: Record<string, number[]>;
}>("information");
const points = rowsFrom(oracle.points);
const amounts = rowsFrom(oracle.amounts).data;

describe("mutual information", () => {
  test.each(["1", "3", "10"])("as scikit-learn with %s neighbours", async (k) => {
    const neighbours = Number(k);
    const classes = await mutualInformation(points, oracle.labels, { neighbours });
    expect(classes.kind).toBe("discrete");
    expect(classes.rows).toBe(299);
    expect(classes.nats).toBeAllClose(oracle.classes[k]!, { atol: 1e-6 });
    const found = await mutualInformation(points, amounts, { neighbours });
    expect(found.kind).toBe("continuous");
    expect(found.nats).toBeAllClose(oracle.continuous[k]!, { atol: 1e-6 });
  });

  test("words are classes like numbers", async () => {
    const words = oracle.labels.map((label) => `class ${label}`);
    const found = await mutualInformation(points, words);
    expect(found.kind).toBe("discrete");
    expect(found.nats).toBeAllClose(oracle.classes["3"]!, { atol: 1e-6 });
    await expect(mutualInformation(points, words, { kind: "continuous" })).rejects.toThrow(UsageError);
  });

  test("what a Gaussian tells of another: -ln(1 - r^2) / 2", async () => {
    const { data } = normal(8000, 2, 1);
    const x = rowsOf(
      data.filter((_, i) => i % 2 === 0),
      1,
    );
    const y = x.data.map((value, i) => 0.8 * value + 0.6 * data[2 * i + 1]!);
    const { nats } = await mutualInformation(x, y);
    expect(nats).toBeAllClose([-0.5 * Math.log(1 - 0.64)], { atol: 0.03 });
  });

  test("what separate classes tell is their entropy", async () => {
    const labels = Int32Array.from({ length: 3000 }, (_, i) => i % 3);
    const column = normal(3000, 1, 2, 0.01).data.map((value, i) => value + 5 * (i % 3));
    const { nats } = await mutualInformation(rowsOf(column, 1), labels);
    expect(nats).toBeAllClose([Math.log(3)], { atol: 0.01 });
  });

  test("constant columns and targets tell nothing", async () => {
    const labels = Int32Array.from({ length: 500 }, (_, i) => i % 2);
    const columns = rowsOf(
      Float32Array.from({ length: 1000 }, (_, i) => (i % 2 ? 0.1 : labels[i >> 1]!)),
      2,
    );
    const { nats } = await mutualInformation(columns, labels);
    expect(nats[0]).toBeCloseTo(Math.log(2), 1);
    expect(nats[1]).toBe(0);
    expect((await mutualInformation(columns, repeated(500, [0.1]).data)).nats).toEqual([0, 0]);
    expect((await mutualInformation(columns, repeated(500, [4]).data)).nats).toBeAllClose([0, 0], {
      atol: 1e-9,
    });
  });

  test("10,000 equal points; half of a column equal", async () => {
    const rows = 10_000;
    const random = new Random(1);
    const target = Float64Array.from({ length: rows }, () => random.normal());
    expect((await mutualInformation(repeated(rows, [3]), target)).nats).toEqual([0]);
    const half = Float32Array.from(target, (value, i) => (i % 2 ? 0 : value));
    const { nats } = await mutualInformation(rowsOf(half, 1), target);
    expect(nats[0]).toBeGreaterThan(1);
    expect(Number.isFinite(nats[0])).toBe(true);
  });

  test("70,000 rows of classes and of amounts, ties among them", async () => {
    const rows = 70_000;
    const { data } = normal(rows, 2, 3);
    const column = data.filter((_, i) => i % 2 === 0).map((value) => Math.max(0, value));
    const labels = Int32Array.from(column, (value) => (value > 1 ? 2 : value > 0 ? 1 : 0));
    const [p, q] = [0.5, 0.158655];
    const entropy = -(p * Math.log(p) + q * Math.log(q) + (1 - p - q) * Math.log(1 - p - q));
    const classes = await mutualInformation(rowsOf(column, 1), labels);
    expect(classes.nats).toBeAllClose([entropy], { atol: 0.02 });
    const other = data.filter((_, i) => i % 2 === 1);
    const independent = await mutualInformation(rowsOf(column, 1), other);
    expect(independent.rows).toBe(rows);
    expect(independent.nats).toBeAllClose([0], { atol: 0.02 });
  });

  test("which targets are classes", async () => {
    const { data } = normal(600, 1, 4);
    const kinds = [
      Int32Array.from(data, (_, i) => i % 100),
      Int32Array.from(data, (_, i) => i % 101),
      Array.from(data, (_, i) => (i % 3) + 0.5),
    ].map(async (target) => (await mutualInformation(rowsOf(data, 1), target)).kind);
    expect(await Promise.all(kinds)).toEqual(["discrete", "continuous", "continuous"]);
    const forced = await mutualInformation(rowsOf(data, 1), [...data.map((_, i) => i % 3)], {
      kind: "continuous",
    });
    expect(forced.kind).toBe("continuous");
  });

  test("100,000 different labels are refused as classes, in words or numbers", async () => {
    const rows = 100_000;
    const column = normal(rows, 1, 5);
    const words = Array.from({ length: rows }, (_, i) => `name ${i}`);
    const refused = /each of 100000 rows is alone in its class/;
    await expect(mutualInformation(column, words)).rejects.toThrow(refused);
    const numbers = Int32Array.from(words, (_, i) => i);
    await expect(mutualInformation(column, numbers, { kind: "discrete" })).rejects.toThrow(refused);
    expect((await mutualInformation(column, numbers)).kind).toBe("continuous");
  });

  test("a class of fewer rows than neighbours is compared with what it has", async () => {
    const labels = Int32Array.from({ length: 40 }, (_, i) => (i < 2 ? 1 : 0));
    const column = Float32Array.from(labels, (label, i) => 100 * label + i * i * 0.01);
    const { nats, rows } = await mutualInformation(rowsOf(column, 1), labels, { neighbours: 5 });
    expect(rows).toBe(40);
    // psi(40) + <psi(k)> - <psi(size)> - <psi(m)>, where m = k, since the classes lie apart
    const entropy = 1.0 * psi(40) - (2 * psi(2) + 38 * psi(38)) / 40;
    expect(nats).toBeAllClose([entropy], { atol: 1e-9 });
  });

  test("bad input", async () => {
    await expect(mutualInformation(points, oracle.labels.slice(1))).rejects.toThrow(
      /299 labels for 300 rows/,
    );
    const holey = Float64Array.from(amounts);
    holey[7] = Number.NaN;
    await expect(mutualInformation(points, holey)).rejects.toThrow(/target of row 7 is NaN/);
    await expect(mutualInformation(repeated(3, [1]), [0.5, 1.5, 2.5])).rejects.toThrow(/at least 4 rows/);
    await expect(mutualInformation(repeated(1, [1]), [0])).rejects.toThrow(DataError);
    await expect(mutualInformation(points, amounts, { kind: "words" as "auto" })).rejects.toThrow(UsageError);
  });
});

function psi(m: number): number {
  let sum = -0.5772156649015329;
  for (let i = 1; i < m; i++) sum += 1 / i;
  return sum;
}
