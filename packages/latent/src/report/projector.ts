import { encodePng } from "../draw/png.js";
import { shrink, sprite, withOpacity } from "../draw/thumbnails.js";
import type { Analysis } from "./analyze.js";
import type { CheckedInput, Pictures } from "./input.js";
import { knownOfRows, namedApart, shortest } from "./row-columns.js";

/** The Embedding Projector refuses sprites of more pixels a side. */
const largestSprite = 8192;
const largestSide = 64;

type Files = Map<string, string | Uint8Array>;

/**
 * Files for TensorBoard's Embedding Projector: the codes, what is known of each row, and the pictures. `tensorboard --logdir`
 * of their folder shows them, without a checkpoint, since the configuration has the path of the codes; a page of the
 * projector beside them takes projector_config.json, and projector.tensorflow.org the two tables by hand.
 * -> by file name: vectors.tsv, metadata.tsv, sprite.png, projector_config.pbtxt, projector_config.json
 */
export function projectorFiles(analysis: Analysis): Files {
  const { input } = analysis;
  const sheet = input.pictures && spriteSheet(input.pictures);
  const files: Files = new Map();
  files.set("vectors.tsv", table(input.rows, vectorOf(input)));
  files.set("metadata.tsv", metadata(analysis));
  if (sheet) files.set("sprite.png", sheet.png);
  const [width, height] = sheet?.size ?? [0, 0];
  const text = [
    "embeddings {",
    '  tensor_name: "codes"',
    '  tensor_path: "vectors.tsv"',
    '  metadata_path: "metadata.tsv"',
    ...(sheet
      ? [
          "  sprite {",
          '    image_path: "sprite.png"',
          `    single_image_dim: ${width}`,
          `    single_image_dim: ${height}`,
          "  }",
        ]
      : []),
    "}",
  ];
  files.set("projector_config.pbtxt", `${text.join("\n")}\n`);
  const embedding = {
    tensorName: "codes",
    tensorShape: [input.rows, shownColumns(input)],
    tensorPath: "vectors.tsv",
    metadataPath: "metadata.tsv",
    ...(sheet ? { sprite: { imagePath: "sprite.png", singleImageDim: sheet.size } } : {}),
  };
  files.set("projector_config.json", `${JSON.stringify({ embeddings: [embedding] }, null, 2)}\n`);
  return files;
}

/** The projector refuses vectors of one number: a zero stands beside it. */
const shownColumns = ({ latent }: CheckedInput) => Math.max(2, latent);

function vectorOf(input: CheckedInput): (row: number) => number[] {
  const { latent, codes } = input;
  const rest = new Array<number>(shownColumns(input) - latent).fill(0);
  return (row) => [
    ...Array.from(codes.mu.data.subarray(row * latent, (row + 1) * latent), shortest),
    ...rest,
  ];
}

/** With a header, as the projector wants it of more than one column; there always are the row and its clusters. */
function metadata(analysis: Analysis): string {
  const columns = namedApart(knownOfRows(analysis));
  const header = columns.map(({ name }) => entry(name)).join("\t");
  return `${header}\n${table(analysis.input.rows, (row) => columns.map(({ of }) => entry(of(row))))}`;
}

/** No tab or line break; empty is what the projector takes for missing. */
function entry(value: string | number): string {
  if (typeof value === "number") return Number.isFinite(value) ? `${value}` : "";
  return value.replace(/\s+/g, " ").trim();
}

function table(rows: number, of: (row: number) => readonly (string | number)[]): string {
  return `${Array.from({ length: rows }, (_, row) => of(row).join("\t")).join("\n")}\n`;
}

/** All pictures on a square sheet, as many across as down; null where there are too many for one. */
function spriteSheet(pictures: Pictures): { png: Uint8Array; size: [width: number, height: number] } | null {
  const across = Math.ceil(Math.sqrt(pictures.shape[0]!));
  const side = Math.min(largestSide, Math.floor(largestSprite / across));
  if (side === 0) return null;
  const small = shrink(pictures, side);
  const sheet = sprite(withOpacity(small), across, across);
  return {
    png: encodePng(sheet.pixels, sheet.width, sheet.height),
    size: [small.shape[2]!, small.shape[1]!],
  };
}
