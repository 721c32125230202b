import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DataError, NdArray, RandomStream, ShapeError, UsageError } from "@vaekit/infer";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { gridPng, interleave, readImages, toPng, writeImage } from "../../packages/infer/src/image/node.js";
import { decodePng } from "../../packages/infer/src/image/png.js";
import { decodeWithSharp } from "../../packages/infer/src/image/sharp.js";
import { temporaryDirectory } from "../support/data.js";
import { largestDifference, modelOf, noise, rgb, waves } from "./image-pictures.js";
import { chunk, exifData, pngFile } from "./png-file.js";

const [width, height] = [19, 14];
const picture = waves(width, height);
const model = modelOf(height, width, 3);
const source = () => sharp(picture.data, { raw: { width, height, channels: 4 } });

/** What sharp itself reads. */
async function bySharp(file: Uint8Array): Promise<number[]> {
  return Array.from(await sharp(file).toColourspace("srgb").removeAlpha().raw({ depth: "uchar" }).toBuffer());
}

async function message(
  work: () => unknown,
  kind: new (message: string) => Error = DataError,
): Promise<string> {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => new Error("nothing was thrown"),
      (thrown: Error) => thrown,
    );
  expect(error).toBeInstanceOf(kind);
  return error.message;
}

describe("PNG", () => {
  it.each([
    ["RGB", source().removeAlpha().png()],
    ["RGBA", source().png()],
    ["grey", source().greyscale().toColourspace("b-w").png()],
    ["palette", source().png({ palette: true, colours: 16 })],
    ["palette of two colours", source().png({ palette: true, colours: 2 })],
    ["interlaced", source().png({ progressive: true })],
    ["interlaced palette", source().png({ progressive: true, palette: true, colours: 4 })],
  ])("%s is what sharp reads", async (_, file) => {
    const bytes = await file.toBuffer();
    const x = await readImages(model, bytes);
    expect(x.shape).toEqual([1, height, width, 3]);
    expect(Array.from(x.data)).toEqual(await bySharp(bytes));
  });

  it.each([
    ["grey", 0, 1],
    ["RGB", 2, 3],
    ["RGBA", 6, 4],
  ])("16 bits of %s are rounded to 8, as sharp does to one level", async (_, colour, channels) => {
    const stream = new RandomStream(3, "sample");
    const lines = Array.from({ length: 5 }, () => [
      0,
      ...Array.from({ length: 6 * channels }, (_, i) => {
        const value = channels === 4 && i % 4 === 3 ? 65535 : stream.below(65536);
        return [value >> 8, value & 255];
      }).flat(),
    ]);
    const bytes = pngFile({ width: 6, height: 5, depth: 16, colour }, Uint8Array.from(lines.flat()));
    const x = await readImages(modelOf(5, 6, 3), bytes);
    const other = await decodeWithSharp(bytes, "PNG", "it", 100);
    expect(largestDifference(x.data, rgb(other))).toBeLessThanOrEqual(1);
  });

  it.each(["II", "MM"] as const)("is turned as its EXIF orientation says, %s", async (order) => {
    const flat = await source().png().toBuffer();
    for (let orientation = 1; orientation <= 8; orientation++) {
      const chunks = [flat.subarray(0, 33), chunk("eXIf", exifData(orientation, order)), flat.subarray(33)];
      const bytes = Buffer.concat(chunks);
      const { data, info } = await sharp(bytes)
        .autoOrient()
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual(orientation < 5 ? [width, height] : [height, width]);
      const x = await readImages(modelOf(info.height, info.width, 3), bytes);
      expect(Array.from(x.data), `orientation ${orientation}`).toEqual(Array.from(data));
    }
  });

  it.each([0, 3, 8, 12, 21])("EXIF data of %i bytes, cut off, turn nothing", async (length) => {
    const flat = await source().png().toBuffer();
    const exif = chunk("eXIf", exifData(6, "MM").subarray(0, length));
    const x = await readImages(model, Buffer.concat([flat.subarray(0, 33), exif, flat.subarray(33)]));
    expect(Array.from(x.data)).toEqual(rgb(picture));
  });

  it("one of more pixels than pngjs is given goes to sharp, within limitPixels", async () => {
    const side = 4200;
    const bytes = await sharp({ create: { width: side, height: side, channels: 3, background: "#102030" } })
      .png()
      .toBuffer();
    const x = await readImages(modelOf(1, 1, 3), bytes);
    expect(Array.from(x.data)).toEqual([0x10, 0x20, 0x30]);
    expect(await message(() => readImages(modelOf(1, 1, 1), bytes, { limitPixels: 1000 }))).toContain(
      "4200 x 4200 pixels, the limit is 1000",
    );
  });
});

describe("other formats, by sharp", () => {
  it.each([
    ["JPEG", source().removeAlpha().jpeg({ quality: 95 })],
    ["grey JPEG", source().greyscale().toColourspace("b-w").jpeg()],
    ["WebP", source().webp({ lossless: true })],
    ["AVIF", source().avif({ quality: 90 })],
    ["GIF", source().gif()],
    ["TIFF", source().removeAlpha().tiff()],
  ])("%s is what sharp reads", async (_, file) => {
    const bytes = await file.toBuffer();
    const x = await readImages(model, bytes);
    expect(Array.from(x.data)).toEqual(await bySharp(bytes));
  });

  it("a JPEG is turned as its EXIF orientation says", async () => {
    const bytes = await source()
      .removeAlpha()
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const turned = await source().removeAlpha().rotate(90).raw().toBuffer();
    const x = await readImages(modelOf(width, height, 3), bytes);
    expect(largestDifference(x.data, turned)).toBeLessThan(24);
  });

  it("a CMYK JPEG and a picture of 16 bits become 8 bits of RGB", async () => {
    const cmyk = await source().removeAlpha().toColourspace("cmyk").jpeg().toBuffer();
    expect((await readImages(model, cmyk)).shape).toEqual([1, height, width, 3]);
    const deep = await source().removeAlpha().toColourspace("rgb16").tiff({ compression: "none" }).toBuffer();
    expect(largestDifference((await readImages(model, deep)).data, rgb(picture))).toBeLessThanOrEqual(1);
  });
});

describe("sources", () => {
  it("a path, a file: URL and bytes are read alike, in their order", async () => {
    const path = join(temporaryDirectory(), "ein Bild ä.png");
    const bytes = await source().png().toBuffer();
    writeFileSync(path, bytes);
    const other = await sharp(noise(width, height).data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
    const inMemory = new Uint8Array(bytes).buffer;
    const x = await readImages(model, [path, pathToFileURL(path), `${pathToFileURL(path)}`, other, inMemory]);
    expect(x.shape).toEqual([5, height, width, 3]);
    for (const i of [0, 1, 2, 4]) expect(Array.from(x.row(i).data)).toEqual(rgb(picture));
    expect(Array.from(x.row(3).data)).toEqual(rgb(noise(width, height)));
  });

  it("what cannot be read says which and why", async () => {
    const folder = temporaryDirectory();
    const write = (name: string, bytes: Uint8Array) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const png = await source().png().toBuffer();
    const jpeg = await source().jpeg().toBuffer();
    mkdirSync(join(folder, "folder"));
    const read = (given: Parameters<typeof readImages>[1]) => message(() => readImages(model, given));
    expect(await read(join(folder, "none.png"))).toMatch(/none\.png: no such file/);
    expect(await read(join(folder, "folder"))).toMatch(/folder: not a file/);
    expect(await read([png, write("notes.png", Buffer.from("hello, this is text"))])).toMatch(
      /notes\.png: no picture of a known format: it begins with the bytes 68 65 6c/,
    );
    expect(await read([png, new Uint8Array(0)])).toMatch(/picture 1: .*the file is empty/);
    expect(await read(write("cut.jpg", jpeg.subarray(0, 300)))).toMatch(/cut\.jpg: the JPEG is damaged/);
    expect(
      await read(write("phone.heic", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"))),
    ).toMatch(/phone\.heic: HEIC files are not read; there are PNG, JPEG/);
    expect(await read(Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'))).toMatch(
      /SVG files are not read/,
    );
    expect(await read([])).toMatch(/an empty list/);
    expect(await message(() => readImages(model, "https://example.org/a.png"), UsageError)).toMatch(
      /fetch it first/,
    );
    const pixels = new Float32Array(3) as unknown as Uint8Array;
    expect(await message(() => readImages(model, pixels), UsageError)).toMatch(
      /is a Float32Array; give a path/,
    );
  });

  it("refuses models and options that it does not know", async () => {
    const png = await source().png().toBuffer();
    expect(await message(() => readImages(modelOf(4, 4, 2), png))).toMatch(
      /2 channels.*\n?.*Give an NdArray/,
    );
    expect(await message(() => readImages({ data: { kind: "table", shape: [7] } }, png))).toMatch(
      /no pictures/,
    );
    const bad = (options: object) => message(() => readImages(model, png, options), UsageError);
    expect(await bad({ fitt: "cover" })).toMatch(/no option "fitt"/);
    expect(await bad({ fit: "inside" })).toMatch(/one of contain, cover, fill, got "inside"/);
    expect(await bad({ background: "white" })).toMatch(/three numbers from 0 to 255/);
    expect(await bad({ invert: "no" })).toMatch(/true or false/);
    expect(await bad({ limitPixels: 0 })).toMatch(/limitPixels/);
  });
});

describe("damage", () => {
  const header = { width: 8, height: 8, depth: 8, colour: 0 };
  const lines = Uint8Array.from({ length: 72 }, (_, i) => (i % 9 === 0 ? 0 : (7 * i) % 256));

  it.each([
    [
      "more pixels than the limit, by its header",
      { ...header, width: 60_000, height: 60_000 },
      lines,
      /60000 x 60000 pixels, the limit is/,
    ],
    ["no width", { ...header, width: 0 }, lines, /0 x 8 pixels; there is nothing/],
    ["too few bytes", header, lines.subarray(0, 40), /holds 40 bytes of pixels, its size takes 72/],
    ["too many bytes", header, new Uint8Array(300_000), /more than the 72 bytes of its size/],
    [
      "too many bytes, interlaced",
      { ...header, interlace: 1 },
      new Uint8Array(300_000),
      /more than the 79 bytes/,
    ],
    ["a filter that there is not", header, new Uint8Array(72).fill(9), /Unrecognised filter type/],
    ["a depth that there is not", { ...header, depth: 7 }, lines, /colour type 0 at 7 bits/],
    ["a palette that is not there", { ...header, colour: 3 }, lines, /palette/],
  ])("a PNG of %s", async (_, head, data, expected) => {
    expect(await message(() => readImages(model, pngFile(head, data)))).toMatch(expected);
  });

  it("a PNG that is cut off or changed in one byte", async () => {
    const good = Buffer.from(pngFile(header, lines));
    expect(await message(() => readImages(model, good.subarray(0, good.length - 12)))).toMatch(
      /before its last chunk/,
    );
    expect(await message(() => readImages(model, good.subarray(0, 60)))).toMatch(/declares|before its last/);
    expect(await message(() => readImages(model, good.subarray(0, 20)))).toMatch(/no header/);
    const changed = Buffer.from(good);
    changed[18] = 1;
    expect(await message(() => readImages(model, changed))).toMatch(/the PNG is damaged/);
    const x = await readImages(modelOf(8, 8, 1), Buffer.concat([good, Buffer.from("something behind it")]));
    expect(Array.from(x.data)).toEqual(Array.from(lines).filter((_, i) => i % 9 !== 0));
  });

  it("any change of a few bytes gives a picture or a DataError", async () => {
    const files = await Promise.all([
      source().png().toBuffer(),
      source().png({ palette: true, progressive: true }).toBuffer(),
      source().greyscale().toColourspace("b-w").png().toBuffer(),
    ]);
    const stream = new RandomStream(5, "sample");
    let refused = 0;
    for (let n = 0; n < 600; n++) {
      const bytes = Buffer.from(files[n % files.length]!);
      for (let k = 0; k <= n % 3; k++) bytes[8 + stream.below(bytes.length - 8)] = stream.below(256);
      const cut = n % 5 === 0 ? bytes.subarray(0, 8 + stream.below(bytes.length - 8)) : bytes;
      try {
        decodePng(cut, "it");
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});

describe("pictures out", () => {
  const values = new NdArray(
    Float32Array.from({ length: 2 * 3 * 4 * 3 }, (_, i) => (i * 37) % 256),
    [2, 3, 4, 3],
  );

  it("toPng is read back by sharp, and by readImages", async () => {
    const png = toPng(values, 1);
    expect(await bySharp(png)).toEqual(Array.from(values.row(1).data));
    expect((await sharp(png).metadata()).channels).toBe(3);
    const x = await readImages(modelOf(3, 4, 3), [toPng(values), png]);
    expect(Array.from(x.data)).toEqual(Array.from(values.data));
  });

  it("grey stays one channel; numbers are rounded and held to 0 to 255", async () => {
    const x = new NdArray(Float32Array.of(-7, 0.4, 254.6, 300), [1, 2, 2, 1]);
    const png = toPng(x);
    expect((await sharp(png).metadata()).channels).toBe(1);
    expect(await sharp(png).toColourspace("b-w").raw().toBuffer()).toEqual(Buffer.from([0, 0, 255, 255]));
  });

  it.each([".png", ".jpg", ".webp", ".avif", ".gif", ".tif"])("writeImage writes %s", async (ending) => {
    const folder = temporaryDirectory();
    const path = join(folder, `row${ending}`);
    const x = new NdArray(Uint8Array.from(rgb(picture)), [1, height, width, 3]);
    writeFileSync(path, "old");
    await writeImage(path, x);
    expect(readdirSync(folder)).toEqual([`row${ending}`]);
    const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([width, height]);
    expect(largestDifference(data, x.data)).toBeLessThan([".png", ".tif"].includes(ending) ? 1 : 60);
  });

  it("writeImage leaves nothing behind where it fails", async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, "taken.png", "full"), { recursive: true });
    expect(await message(() => writeImage(join(folder, "taken.png"), values))).toMatch(
      /taken\.png: cannot be written/,
    );
    expect(await message(() => writeImage(join(folder, "none", "a.png"), values))).toMatch(
      /cannot be written/,
    );
    expect(await message(() => writeImage(join(folder, "a.bmp"), values), UsageError)).toMatch(
      /one of \.png, \.jpg/,
    );
    expect(readdirSync(folder)).toEqual(["taken.png"]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "a row with %s in it is refused, by its place",
    async (value) => {
      const bad = new NdArray(Float32Array.of(0, 1, 2, value), [2, 1, 2, 1]);
      const path = join(temporaryDirectory(), "a.png");
      const row = new RegExp(`row 1 has ${value} in it`);
      expect(() => toPng(bad, 1)).toThrow(row);
      expect(() => toPng(bad, 1)).toThrow(DataError);
      expect(() => gridPng(bad)).toThrow(row);
      await expect(writeImage(path, bad, 1)).rejects.toThrow(row);
      expect(toPng(bad, 0).length).toBeGreaterThan(0);
    },
  );

  it("rows that are no pictures are refused", async () => {
    const four = new NdArray(new Float32Array(16), [1, 2, 2, 4]);
    expect(await message(() => toPng(four))).toMatch(/1 or 3 channels, these have 4/);
    const flat = new NdArray(new Float32Array(16), [1, 16]);
    expect(await message(() => toPng(flat), ShapeError)).toMatch(
      /\[batch, height, width, channels\], got \[1,16\]/,
    );
    expect(await message(() => toPng(values, 2), ShapeError)).toMatch(/no row 2; the batch has 2/);
  });
});

describe("gridPng", () => {
  it("has each picture at its place, enlarged by a whole factor, white between", async () => {
    const count = 5;
    const [h, w] = [2, 3];
    const values = Uint8Array.from({ length: count * h * w }, (_, i) => 8 * i);
    const { data, info } = await sharp(gridPng({ shape: [count, h, w, 1], values }, 2))
      .toColourspace("b-w")
      .raw()
      .toBuffer({ resolveWithObject: true });
    const scale = Math.round(56 / 3);
    expect([info.width, info.height, info.channels]).toEqual([(2 * 5 + 2) * scale, (3 * 4 + 2) * scale, 1]);
    const expected = new Uint8Array(info.width * info.height).fill(255);
    for (let i = 0; i < count; i++)
      for (let y = 0; y < h * scale; y++)
        for (let x = 0; x < w * scale; x++) {
          const row = (2 + Math.floor(i / 2) * 4) * scale + y;
          const column = (2 + (i % 2) * 5) * scale + x;
          expected[row * info.width + column] =
            values[(i * h + Math.floor(y / scale)) * w + Math.floor(x / scale)]!;
        }
    expect(data.equals(expected)).toBe(true);
  });

  it("is colour where the pictures are, and a square by default", async () => {
    const values = Float32Array.from({ length: 4 * 60 * 60 * 3 }, (_, i) => [200, 30, 90][i % 3]!);
    const { data, info } = await sharp(gridPng({ shape: [4, 60, 60, 3], values }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([126, 126, 3]);
    expect(Array.from(data.subarray((2 * 126 + 2) * 3, (2 * 126 + 3) * 3))).toEqual([200, 30, 90]);
    expect(Array.from(data.subarray(0, 3))).toEqual([255, 255, 255]);
  });

  it("refuses what makes no grid", async () => {
    const values = new Uint8Array(12);
    expect(
      await message(() => gridPng({ shape: [3, 2, 2, 1], values: new Uint8Array(4) }), ShapeError),
    ).toMatch(/do not fill/);
    expect(await message(() => gridPng({ shape: [0, 2, 2, 1], values: [] }))).toMatch(/no pictures/);
    expect(await message(() => gridPng({ shape: [3, 2, 2, 1], values }, 0), UsageError)).toMatch(/columns/);
    expect(await message(() => gridPng({ shape: [3, 2, 1, 2], values }))).toMatch(/1 or 3 channels/);
    expect(await message(() => gridPng({ shape: [12, 1, 1, 1], values }, 100_000))).toMatch(/draw fewer/);
  });

  it("interleaves two sets of one shape", async () => {
    const a = { shape: [2, 1, 2, 1], values: [1, 2, 3, 4] };
    const b = { shape: [2, 1, 2, 1], values: [5, 6, 7, 8] };
    expect(interleave(a, b)).toEqual({
      shape: [4, 1, 2, 1],
      values: Float32Array.of(1, 2, 5, 6, 3, 4, 7, 8),
    });
    expect(await message(() => interleave(a, { ...b, shape: [1, 1, 4, 1] }), ShapeError)).toMatch(
      /equal ones/,
    );
  });
});
