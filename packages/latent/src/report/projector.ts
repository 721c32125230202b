import { encodePng } from "../draw/png.js";
import type { Analysis } from "./analyze.js";
import { shrink, sprite } from "./sprite.js";

/** The Embedding Projector refuses sprites of more pixels a side. */
const largestSprite = 8192;
const largestSide = 64;

/**
 * Files for TensorBoard's Embedding Projector: the codes, what is known of each row, and the pictures. `tensorboard --logdir`
 * of their folder shows them; projector.tensorflow.org takes the two tables by hand.
 * -> by file name: vectors.tsv, metadata.tsv, sprite.png, projector_config.pbtxt
 */
export function projectorFiles({ input, clusters }: Analysis): Map<string, string | Uint8Array> {
  const { codes, rows, latent, index, classes, columns, pictures } = input;
  const files = new Map<string, string | Uint8Array>();
  const vectors: string[] = [];
  for (let row = 0; row < rows; row++) {
    vectors.push(Array.from(codes.mu.data.subarray(row * latent, (row + 1) * latent), plain).join("\t"));
  }
  files.set("vectors.tsv", `${vectors.join("\n")}\n`);
  const parts: { name: string; of: (row: number) => string | number }[] = [
    { name: "row", of: (row) => index?.[row] ?? row },
  ];
  if (classes) parts.push({ name: classes.title, of: (row) => classes.names[classes.of[row]!]! });
  for (const { name, values } of columns) parts.push({ name, of: (row) => values[row]! });
  for (const { name, labels } of clusters.clusterings) parts.push({ name, of: (row) => labels[row]! });
  const line = (values: (string | number)[]) =>
    values.map((value) => `${value}`.replace(/\s+/g, " ")).join("\t");
  files.set(
    "metadata.tsv",
    `${[line(parts.map(({ name }) => name)), ...Array.from({ length: rows }, (_, row) => line(parts.map(({ of }) => of(row))))].join("\n")}\n`,
  );
  const config = [
    "embeddings {",
    '  tensor_name: "codes"',
    '  tensor_path: "vectors.tsv"',
    '  metadata_path: "metadata.tsv"',
  ];
  if (pictures) {
    // The projector reads a square sheet, as many across as down.
    const columnsOf = Math.ceil(Math.sqrt(rows));
    const side = Math.min(largestSide, Math.floor(largestSprite / columnsOf));
    if (side > 0) {
      const small = shrink(pictures, side);
      const sheet = sprite(small, columnsOf);
      files.set("sprite.png", encodePng(sheet.pixels, sheet.width, sheet.height));
      const [, height, width] = small.shape;
      config.push(
        "  sprite {",
        '    image_path: "sprite.png"',
        `    single_image_dim: ${width}`,
        `    single_image_dim: ${height}`,
        "  }",
      );
    }
  }
  files.set("projector_config.pbtxt", `${[...config, "}"].join("\n")}\n`);
  return files;
}

const plain = (value: number) => Number(value.toPrecision(7));
