import { existsSync } from "node:fs";
import { join } from "node:path";
import { exportBundle, verifyBundle } from "@vaekit/export";
import { Vae as Bundle, type NdArray, UsageError } from "@vaekit/infer";
import {
  type EngineName,
  engines,
  fit,
  gatherRows,
  likelihoods,
  loadRun,
  modelKinds,
  objectives,
  optimizers,
  priors,
  tf,
  whyMissing,
} from "@vaekit/train";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { gatherConditions } from "../../packages/train/src/model/condition.ts";
import { rates } from "../../packages/train/src/schedule/rate/index.ts";
import { temporaryDirectory } from "../support/data.ts";
import {
  type Case,
  caseOf,
  costOf,
  data,
  type Factor,
  factors,
  modelOf,
  optionsOf,
  Refusals,
  rowOf,
  sizes,
} from "./combinations.ts";
import { coveringArray, pairKey, pairsOf, type Row } from "./covering-array.ts";

const nightly = Boolean(process.env.VAEKIT_NIGHTLY);
const missing = new Map<string, string | null>();
for (const name of factors.engine) missing.set(name, await whyMissing(name as EngineName));
await tf.setBackend("cpu");
const refusals = new Refusals();
afterAll(() => refusals.dispose());

const bases = [rowOf({}), rowOf({ prior: "codebook", objective: "vq" })];
const allows = (row: Row) => refusals.why(caseOf(row)) === null;
const { rows, refused } = coveringArray(sizes, bases, allows, costOf);
const titleOf = (given: Case) => Object.values(given).join(", ");

/** Every model with every likelihood, objective and engine; the other factors take turns. */
function everything(): Case[] {
  const crossed: Factor[] = ["model", "likelihood", "objective", "engine"];
  const all = crossed.reduce<Partial<Case>[]>(
    (cases, factor) => cases.flatMap((one) => factors[factor].map((value) => ({ ...one, [factor]: value }))),
    [{}],
  );
  const others = (Object.keys(factors) as Factor[]).filter((factor) => !crossed.includes(factor));
  const turn = (n: number) =>
    Object.fromEntries(
      others.map((factor, i) => [factor, factors[factor][(n * (i + 1)) % factors[factor].length]]),
    );
  return all.flatMap((one, n) => {
    const bound = one.objective === "vq" ? { prior: "codebook" } : {};
    const tries = Array.from({ length: 100 }, (_, k) => rowOf({ ...turn(n + k), ...bound, ...one }));
    const row = tries.find(allows);
    return row ? [caseOf(row)] : [];
  });
}

/** Train, load, export, verify and run the bundle. */
async function wholeWay(given: Case): Promise<void> {
  const place = temporaryDirectory();
  const out = join(place, "run");
  const run = await fit(modelOf(given), data, { ...optionsOf(given), out });
  onTestFinished(() => run.vae.dispose());
  expect(run.stopped).toBe(false);
  for (const { loss, train, validation, terms } of run.metrics) {
    const { examples, ...held } = validation!;
    expect(examples).toBe(51);
    for (const [name, value] of Object.entries({ loss, ...train, ...held, ...terms })) {
      expect(Number.isFinite(value), `${name} ${value}`).toBe(true);
    }
  }
  const loaded = await loadRun(out);
  onTestFinished(() => loaded.vae.dispose());
  expect(loaded.vae.readWeights()).toEqual(run.vae.readWeights());
  expect(loaded.metrics).toEqual(run.metrics);
  expect(loaded.stopped).toBe(false);

  const indices = [3, 100, 255, 400, 511];
  const samples = gatherRows(data, indices, new Uint8Array(indices.length * 30));
  const { condition, conditions, latent } = loaded.vae;
  const c = condition
    ? gatherConditions(data, condition, indices, new Float32Array(indices.length * conditions))
    : undefined;
  const path = join(place, "bundle");
  await exportBundle(loaded.vae, path, { samples, conditions: c, statistics: loaded.statistics });
  await verifyBundle(path);
  const bundle = await Bundle.load(path);
  onTestFinished(() => bundle.dispose());
  const { mu } = await bundle.encode(samples, { c });
  const decoded = await bundle.decode(mu, { c });
  const drawn = await bundle.sample(indices.length, { seed: 2, c });
  const scores = await bundle.score(samples, { c });
  const sized: [string, NdArray, number[]][] = [
    ["mu", mu, [5, latent]],
    ["x_mean", decoded.x_mean, [5, 6, 5, 1]],
    ["z", drawn.z, [5, latent]],
    ["x_mean of samples", drawn.x_mean, [5, 6, 5, 1]],
    ["elbo", scores.elbo, [5]],
  ];
  for (const [name, { data: values, shape }, expected] of sized) {
    expect(shape, name).toEqual(expected);
    expect(values.every(Number.isFinite), name).toBe(true);
  }
}

describe("the pairs of options", () => {
  it("hold every kind of the tables", () => {
    const base = caseOf(rowOf({}));
    const kinds = (factor: Factor, of: (given: Case) => string | { kind: string }) => {
      const found = factors[factor].map((value) => of({ ...base, [factor]: value }));
      return new Set(found.map((one) => (typeof one === "string" ? one : one.kind)));
    };
    const tables: [Set<string>, object][] = [
      [kinds("model", modelOf), modelKinds],
      [kinds("likelihood", (given) => modelOf(given).likelihood), likelihoods],
      [kinds("prior", (given) => modelOf(given).prior), priors],
      [kinds("objective", (given) => optionsOf(given).objective!), objectives],
      [kinds("engine", (given) => optionsOf(given).engine!), engines],
      [kinds("optimizer", (given) => optionsOf(given).optimizer!), optimizers],
      [kinds("rate", (given) => optionsOf(given).rate!), rates],
    ];
    for (const [found, table] of tables) expect(found).toEqual(new Set(Object.keys(table)));
  });

  it("are each in a case, or refused", () => {
    const covered = new Set(rows.flatMap(pairsOf));
    for (const [i, size] of sizes.entries()) {
      for (const [k, other] of sizes.slice(i + 1).entries()) {
        for (let a = 0; a < size; a++) {
          for (let b = 0; b < other; b++) {
            const key = pairKey(i, a, i + 1 + k, b);
            expect(covered.has(key), key).toBe(!refused.has(key));
          }
        }
      }
    }
  });

  it("come in the same cases each time, few of them, and in none that is refused", () => {
    // Five factors of four values, of which factor 0's value 3 goes with nothing but factor 1's value 2.
    const four = [4, 4, 4, 4, 4];
    const fits = ([a, b]: Row) => (a === 3) === (b === 2);
    const small = coveringArray(
      four,
      [
        [0, 0, 0, 0, 0],
        [3, 2, 0, 0, 0],
      ],
      fits,
    );
    expect(
      coveringArray(
        four,
        [
          [0, 0, 0, 0, 0],
          [3, 2, 0, 0, 0],
        ],
        fits,
      ),
    ).toEqual(small);
    expect(small.rows.every(fits)).toBe(true);
    expect([...small.refused].sort()).toEqual([
      "0:0 1:2",
      "0:1 1:2",
      "0:2 1:2",
      "0:3 1:0",
      "0:3 1:1",
      "0:3 1:3",
    ]);
    const pairs = 10 * 16 - small.refused.size;
    expect(new Set(small.rows.flatMap(pairsOf)).size).toBe(pairs);
    // 16 rows would be the fewest without a refusal; all combinations are 640.
    expect(small.rows.length).toBeLessThan(32);
  });
});

describe(`trains, exports, verifies and loads again${nightly ? "" : " (pairs; VAEKIT_NIGHTLY=1 has all)"}:`, () => {
  const cases = nightly ? [...rows.map(caseOf), ...everything()] : rows.map(caseOf);
  for (const given of cases) {
    const why = missing.get(given.engine);
    it.skipIf(why)(`${titleOf(given)}${why ? ` (skipped: ${why})` : ""}`, () => wholeWay(given));
  }
});

describe("refuses before anything is written:", () => {
  for (const pair of refused) {
    const parts = pair.split(" ").map((part) => part.split(":").map(Number) as [number, number]);
    const row = parts.reduce<Row>((at, [factor, value]) => at.with(factor, value), bases[0]!);
    const given = caseOf(row);
    const why = missing.get(given.engine);
    const names = Object.values(caseOf(row)).filter((_, i) => parts.some(([factor]) => factor === i));
    it.skipIf(why)(names.join(" with "), async () => {
      const out = join(temporaryDirectory(), "run");
      const attempt = async () => fit(modelOf(given), data, { ...optionsOf(given), out });
      const error: unknown = await attempt().catch((reason) => reason);
      expect(error).toBeInstanceOf(UsageError);
      expect((error as Error).message).toBe(refusals.why(given));
      expect(existsSync(out)).toBe(false);
    });
  }
});
