import { RandomStream, type StreamName, UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";

const words = (stream: RandomStream, count: number) => Array.from({ length: count }, () => stream.uint32());
const correlation = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length;

describe("RandomStream's place", () => {
  it("is all its state: a stream put back there goes on bit for bit", () => {
    const stream = new RandomStream(7, "noise");
    stream.normal(new Float32Array(5));
    stream.below(10);
    stream.uniform(new Float32Array(3));
    const { position } = stream;
    const draw = (from: RandomStream) => [
      ...from.normal(new Float32Array(7)),
      from.uint32(),
      ...from.uniform(new Float32Array(4)),
      ...from.permutation(9),
      ...from.normal(new Float32Array(2)),
    ];
    const expected = draw(stream);
    expect(draw(new RandomStream(7, "noise", position))).toEqual(expected);
  });

  it("restores from every position, even and odd", () => {
    const whole = words(new RandomStream(3, "sample"), 20);
    for (let position = 0; position < 20; position++) {
      expect(words(new RandomStream(3, "sample", position), 20 - position)).toEqual(whole.slice(position));
    }
  });

  it("goes on beyond 2^32 words without repeating itself", () => {
    const far = words(new RandomStream(3, "sample", 2 ** 33 + 2), 4);
    expect(far).not.toEqual(words(new RandomStream(3, "sample", 2), 4));
    expect(words(new RandomStream(3, "sample", 2 ** 33 + 3), 3)).toEqual(far.slice(1));
  });

  it("makes the first numbers of a long draw those of a short one", () => {
    const long = new RandomStream(1, "sample").normal(new Float32Array(100));
    for (const count of [1, 2, 33, 99]) {
      expect(new RandomStream(1, "sample").normal(new Float32Array(count))).toEqual(long.slice(0, count));
    }
  });
});

describe("RandomStream's key", () => {
  it("gives each name and each seed its own numbers", () => {
    const names: StreamName[] = ["init", "shuffle", "noise", "sample", "binarize", "validation", "split"];
    const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const starts = seeds.flatMap((seed) =>
      names.map((name) => words(new RandomStream(seed, name), 2).join()),
    );
    expect(new Set(starts).size).toBe(names.length * seeds.length);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])("refuses the seed %d", (seed) => {
    expect(() => new RandomStream(seed, "noise")).toThrow(UsageError);
    expect(() => new RandomStream(seed, "noise")).toThrow(
      `seed must be an integer from 0 to 2^53 - 1, got ${seed}`,
    );
  });

  it("forks without moving, and forks depend on the index alone", () => {
    const stream = new RandomStream(5, "shuffle");
    const first = words(stream.fork(3), 4);
    expect(stream.position).toBe(0);
    words(stream, 11);
    expect(words(stream.fork(3), 4)).toEqual(first);
  });

  it("forks into streams that are independent of it and of each other", () => {
    const count = 20_000;
    const parent = new RandomStream(5, "init");
    const draws = [parent.fork(0), parent.fork(1), parent.fork(0).fork(0), parent].map((stream) =>
      stream.normal(new Float32Array(count)),
    );
    for (const [i, a] of draws.entries()) {
      // The mean of `count` products of independent standard normals has deviation 1 / sqrt(count).
      for (const b of draws.slice(i + 1))
        expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(count));
    }
  });
});
