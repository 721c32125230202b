import { existsSync } from "node:fs";
import { join } from "node:path";
import { DataError, UsageError } from "@vaekit/infer";
import { namedData, openData } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/data.ts";

describe("MNIST", () => {
  it("has 60,000 digits to train, the first of which is a 5", async () => {
    const data = await openData("mnist");
    expect(data).toMatchObject({ name: "mnist", count: 60_000, shape: [28, 28, 1], binary: false });
    expect(data.values.length).toBe(60_000 * 28 * 28);
    expect(data.labels!.length).toBe(60_000);
    expect([...data.labels!.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect(Math.max(...data.labels!)).toBe(9);
    // LeCun et al.'s mean pixel, 0.1307, that everyone normalises with.
    const mean = data.values.reduce((sum, value) => sum + value, 0) / data.values.length / 255;
    expect(mean).toBeCloseTo(0.1307, 4);
  });

  it.each(["mnist:test", "mnist"])("has 10,000 to test, by name or by option (%s)", async (source) => {
    const data = await openData(source, source === "mnist" ? { split: "test" } : {});
    expect(data.count).toBe(10_000);
    expect([...data.labels!.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });

  it("keeps the first examples with limit, and all with one beyond", async () => {
    const data = await openData("mnist:test", { limit: 12 });
    expect(data.count).toBe(12);
    expect(data.values.length).toBe(12 * 784);
    expect(data.labels!.length).toBe(12);
    expect((await openData("mnist:test", { limit: 1e6 })).count).toBe(10_000);
  });

  it("says where it lies", () => {
    expect(existsSync(join(namedData.mnist!.describe(), "train-images-idx3-ubyte"))).toBe(true);
  });
});

describe("openData", () => {
  it.each([
    ["mnits", "mnist"],
    ["MNIST", "mnist"],
    ["minst:test", "mnist"],
    ["fashion_mnist", "fashion-mnist"],
    ["fashionmnist", "fashion-mnist"],
  ])("suggests for %s the name %s", async (source, name) => {
    await expect(openData(source)).rejects.toThrow(DataError);
    await expect(openData(source)).rejects.toThrow(
      `${source}: neither a file nor a named data set (mnist, fashion-mnist, shapes). Did you mean ${name}? Give a name or the path`,
    );
  });

  it.each(["cifar", "", "./none/such.idx", "constructor", "__proto__", "toString"])(
    "suggests nothing for %j",
    async (source) => {
      const error = await openData(source).catch((reason) => reason);
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toContain("neither a file nor a named data set");
      expect(error.message).not.toContain("Did you mean");
    },
  );

  it.each(["mnist:tset", "mnist:", "mnist:test:train"])("refuses the part in %s", async (source) => {
    await expect(openData(source)).rejects.toThrow(UsageError);
    await expect(openData(source)).rejects.toThrow("the parts of mnist are mnist:train and mnist:test");
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a limit of %d", async (limit) => {
    await expect(openData("mnist:test", { limit })).rejects.toThrow(UsageError);
    await expect(openData("mnist:test", { limit })).rejects.toThrow(
      `limit must be a positive integer, got ${limit}`,
    );
  });

  it("refuses a directory as a file", async () => {
    await expect(openData(temporaryDirectory())).rejects.toThrow("a directory, not an IDX file");
  });
});
