import { DataError } from "@vaekit/infer";
import { images, openData, readIdxImages, sliceRows } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { counting, idxBytes, temporaryFile } from "./idx-files.ts";

const file = (shape: readonly number[], name?: string) =>
  temporaryFile(idxBytes(shape, counting(shape.reduce((product, size) => product * size, 1))), name);

describe("readIdxImages", () => {
  it("reads [count, height, width] as pictures of one channel", async () => {
    const data = await readIdxImages(file([4, 3, 2]));
    expect(data).toMatchObject({
      kind: "image",
      shape: [3, 2, 1],
      count: 4,
      dtype: "uint8",
      range: [0, 255],
      labels: null,
    });
    expect(data.values).toEqual(counting(24));
    expect(data.binary).toBe(false);
  });

  it("reads [count, height, width, channels]", async () => {
    expect((await readIdxImages(file([2, 2, 2, 3]))).shape).toEqual([2, 2, 3]);
  });

  it("reads labels beside them", async () => {
    const data = await readIdxImages(file([4, 3, 2]), { labels: file([4], "labels.idx") });
    expect(data.labels).toEqual(counting(4));
  });

  it("refuses labels given as pictures, and says which file to give", async () => {
    const path = file([10]);
    await expect(readIdxImages(path)).rejects.toThrow(DataError);
    await expect(readIdxImages(path)).rejects.toThrow(
      "these are 10 labels, not pictures. Give the images file",
    );
  });

  it.each([
    [[6, 4], "rank 2, [6,4]; pictures have [count, height, width] or a channel axis more."],
    [[2, 2, 2, 2, 2], "rank 5, [2,2,2,2,2]; pictures have"],
    [[0, 28, 28], "no pictures: the header declares [0,28,28]."],
    [[5, 0, 28], "no pictures: the header declares [5,0,28]."],
  ])("refuses the shape [%s]", async (shape, message) => {
    const path = file(shape);
    await expect(readIdxImages(path)).rejects.toThrow(DataError);
    await expect(readIdxImages(path)).rejects.toThrow(message);
  });

  it.each([[[3]], [[5]], [[4, 1]]])("refuses labels of [%s] for four pictures", async (shape) => {
    const labels = file(shape, "labels.idx");
    const reading = readIdxImages(file([4, 3, 2]), { labels });
    await expect(reading).rejects.toThrow(`${labels}: [${shape}] are not the labels of 4 pictures.`);
  });

  it("is what openData does with a path", async () => {
    const path = file([4, 3, 2]);
    expect(await openData(path)).toEqual(await readIdxImages(path));
    const first = await openData(path, { limit: 3 });
    expect(first.count).toBe(3);
    expect(first.values).toEqual(counting(18));
  });
});

describe("images", () => {
  it.each([
    [[2, 2, 1], 7],
    [[2, 2, 1], 0],
  ])("refuses [%s] filled with %d values", (shape, length) => {
    const make = () => images({ name: "mine", shape, values: counting(length) });
    expect(make).toThrow(DataError);
    expect(make).toThrow(`mine: ${length} values are no whole number of pictures of [${shape}]`);
  });

  it.each([[[2, 0, 1]], [[-2, -2, 1]], [[2, 2]], [[1.5, 2, 1]]])("refuses the shape [%s]", (shape) => {
    const make = () => images({ name: "mine", shape, values: counting(4) });
    expect(make).toThrow(DataError);
    expect(make).toThrow(
      `mine: shape must be [height, width, channels] in positive integers, got [${shape}]`,
    );
  });

  it.each([Float32Array.of(0.5, 1), [1, 2], undefined])("refuses values that are no bytes: %s", (values) => {
    const make = () => images({ name: "mine", shape: [1, 2, 1], values: values as unknown as Uint8Array });
    expect(make).toThrow(DataError);
    expect(make).toThrow("mine: values must be pixels 0 to 255 in a Uint8Array");
  });

  it("refuses labels of another number", () => {
    const make = () => images({ name: "mine", shape: [2, 2, 1], values: counting(8), labels: counting(3) });
    expect(make).toThrow("mine: 2 pictures but 3 labels");
  });

  it("knows black and white from grey", () => {
    const of = (...values: number[]) =>
      images({ name: "mine", shape: [1, 2, 1], values: Uint8Array.from(values) }).binary;
    expect(of(0, 255)).toBe(true);
    expect(of(0, 254)).toBe(false);
    expect(of(1, 255)).toBe(false);
  });

  it("sliceRows is a view with the labels that go with it", () => {
    const data = images({ name: "mine", shape: [1, 2, 1], values: counting(8), labels: counting(4) });
    const part = sliceRows(data, 1, 3);
    expect(part.count).toBe(2);
    expect(part.values).toEqual(Uint8Array.of(2, 3, 4, 5));
    expect(part.labels).toEqual(Uint8Array.of(1, 2));
    expect(part.values.buffer).toBe(data.values.buffer);
  });
});
