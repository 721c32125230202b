import { PNG } from "pngjs";
import { beforeAll, describe, expect, it } from "vitest";
import { projectorFiles } from "../../packages/latent/src/report/projector.ts";
import { type Analysis, type AnalyzeInput, analyze } from "../../packages/latent/src/report.ts";
import { numberedPictures, syntheticInput } from "./analysis-data.ts";

const quick = { projections: [], threeDimensions: false, mostClusters: 3 } as const;
const made = async (input: AnalyzeInput) => projectorFiles(await analyze(input, quick));

/** What the Embedding Projector makes of a table: lines that hold anything, cut at tabs. */
const table = (content: string | Uint8Array | undefined) =>
  `${content}`
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.split("\t"));

type Message = { [field: string]: (string | number | Message)[] };

/** Protocol buffers' text format, as far as strings, integers and messages go. @throws where it is not that */
function textFormat(text: string): Message {
  const tokens = text.match(/"(?:[^"\\\n]|\\.)*"|[{}:]|[A-Za-z_]\w*|\d+|\S/g) ?? [];
  let at = 0;
  const message = (end: string | undefined): Message => {
    const fields: Message = {};
    while (tokens[at] !== end) {
      const name = tokens[at++];
      if (!name || !/^[A-Za-z_]/.test(name)) throw new Error(`no field's name: ${name}`);
      fields[name] ??= [];
      if (tokens[at] === "{") {
        at++;
        fields[name].push(message("}"));
        continue;
      }
      if (tokens[at++] !== ":") throw new Error(`${name} has no value`);
      const value = tokens[at++]!;
      if (!/^["\d]/.test(value)) throw new Error(`no value: ${value}`);
      fields[name].push(JSON.parse(value));
    }
    at++;
    return fields;
  };
  return message(undefined);
}

let analysis: Analysis;
const rows = 30;
const given = syntheticInput({ rows, latent: 4 });
beforeAll(async () => {
  analysis = await analyze(given, quick);
});

describe("files for the Embedding Projector", () => {
  it("have the codes, a line for each row, as exact as float32 is", () => {
    const vectors = table(projectorFiles(analysis).get("vectors.tsv"));
    expect(vectors.map((line) => line.length)).toEqual(new Array(rows).fill(4));
    expect(vectors.flat().map((word) => Math.fround(Number(word)))).toEqual([...given.codes.mu.data]);
  });

  it("have what is known of each row under a header, for there is more than one column", () => {
    const [header, ...lines] = table(projectorFiles(analysis).get("metadata.tsv"));
    const { clusterings } = analysis.clusters;
    expect(header).toEqual(["row", "animal", "first", "gaps", ...clusterings.map(({ name }) => name)]);
    expect(lines).toHaveLength(rows);
    for (const [i, line] of lines.entries()) {
      expect(line.slice(0, 2)).toEqual([`${10 * i}`, (given.labels as string[])[i]]);
      expect(line[3]).toBe(i % 5 === 0 ? "" : `${i}`);
      expect(line.slice(4)).toEqual(clusterings.map(({ labels }) => `${labels[i]}`));
    }
  });

  it("have a header with more than one column of codes alone, too", async () => {
    const files = await made({ name: "Codes", codes: given.codes });
    const [header] = table(files.get("metadata.tsv"));
    expect(header!.length).toBeGreaterThan(1);
    expect(files.has("sprite.png")).toBe(false);
    expect(`${files.get("projector_config.pbtxt")}`).not.toContain("sprite");
    expect(JSON.parse(`${files.get("projector_config.json")}`).embeddings[0]).not.toHaveProperty("sprite");
  });

  it.each([
    [30, 1],
    [36, 3],
    [37, 4],
  ])("have %i pictures of %i channels in their order on a square sheet", async (count, channels) => {
    const pictures = numberedPictures(count, channels);
    const files = await made({ ...syntheticInput({ rows: count, latent: 2 }), pictures, decode: null });
    const { width, height, data } = PNG.sync.read(Buffer.from(files.get("sprite.png") as Uint8Array));
    const across = Math.ceil(Math.sqrt(count));
    expect([width, height]).toEqual([6 * across, 6 * across]);
    const pixel = (x: number, y: number) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
    for (let n = 0; n < across * across; n++) {
      const [left, top] = [6 * (n % across), 6 * Math.floor(n / across)];
      if (n >= count) {
        expect(pixel(left + 2, top + 2)).toEqual([0, 0, 0, 0]);
        continue;
      }
      const alpha = channels === 4 ? n : 255;
      expect(pixel(left, top)).toEqual([255, 255, 255, 255]);
      expect(pixel(left + 1, top)).toEqual([n, n, n, alpha]);
      expect(pixel(left + 5, top + 5)).toEqual([n, n, n, alpha]);
    }
    const { embeddings } = textFormat(`${files.get("projector_config.pbtxt")}`);
    expect(embeddings![0]).toMatchObject({ sprite: [{ single_image_dim: [6, 6] }] });
  });

  it("keep the sheet within what the projector takes, with smaller pictures", async () => {
    const [count, height, width] = [200, 90, 150];
    const data = new Uint8Array(count * height * width).fill(200);
    const files = await made({
      ...syntheticInput({ rows: count, latent: 2 }),
      pictures: { data, shape: [count, height, width, 1] },
      decode: null,
    });
    const { embeddings } = JSON.parse(`${files.get("projector_config.json")}`);
    expect(embeddings[0].sprite.singleImageDim).toEqual([50, 30]);
    const sheet = PNG.sync.read(Buffer.from(files.get("sprite.png") as Uint8Array));
    expect([sheet.width, sheet.height]).toEqual([15 * 50, 15 * 30]);
  });

  it("say where all is, to TensorBoard and to a page of the projector", () => {
    const files = projectorFiles(analysis);
    const config = textFormat(`${files.get("projector_config.pbtxt")}`);
    expect(config).toEqual({
      embeddings: [
        {
          tensor_name: ["codes"],
          tensor_path: ["vectors.tsv"],
          metadata_path: ["metadata.tsv"],
          sprite: [{ image_path: ["sprite.png"], single_image_dim: [6, 6] }],
        },
      ],
    });
    expect(JSON.parse(`${files.get("projector_config.json")}`)).toEqual({
      embeddings: [
        {
          tensorName: "codes",
          tensorShape: [rows, 4],
          tensorPath: "vectors.tsv",
          metadataPath: "metadata.tsv",
          sprite: { imagePath: "sprite.png", singleImageDim: [6, 6] },
        },
      ],
    });
    const { tensor_path, metadata_path, sprite } = config.embeddings![0] as Record<
      string,
      [string | Message]
    >;
    const images = (sprite![0] as Message).image_path!;
    for (const path of [tensor_path![0], metadata_path![0], images[0]!])
      expect(files.has(`${path}`)).toBe(true);
  });

  it("put a zero beside codes of one number, which the projector refuses", async () => {
    const input = syntheticInput({ rows: 12, latent: 1 });
    const files = await made(input);
    const vectors = table(files.get("vectors.tsv"));
    expect(vectors.map(([value, zero]) => [Math.fround(Number(value)), zero])).toEqual(
      [...input.codes.mu.data].map((value) => [value, "0"]),
    );
    expect(JSON.parse(`${files.get("projector_config.json")}`).embeddings[0].tensorShape).toEqual([12, 2]);
  });
});
