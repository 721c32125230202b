import type { Analysis } from "./analyze.js";
import { dimensionName } from "./words.js";

/** One line for each row: where it stands in the data, its label, clusters, outlier scores, places on the maps, and its code. */
export function rowsCsv({ input, clusters, outliers, map }: Analysis): string {
  const { rows, latent, index, classes, columns, codes } = input;
  const parts: { name: string; of: (row: number) => string | number }[] = [
    { name: "row", of: (row) => index?.[row] ?? row },
  ];
  if (classes) parts.push({ name: classes.title, of: (row) => classes.names[classes.of[row]!]! });
  for (const { name, values } of columns) parts.push({ name, of: (row) => values[row]! });
  for (const { name, labels } of clusters.clusterings) parts.push({ name, of: (row) => labels[row]! });
  parts.push({ name: "neighbour distance", of: (row) => plain(outliers.distance[row]!) });
  parts.push({ name: "local outlier factor", of: (row) => plain(outliers.lof[row]!) });
  for (const { name, dimensions, points } of map.embeddings) {
    for (let axis = 0; axis < dimensions; axis++) {
      parts.push({
        name: `${name} ${dimensions}-D ${axis + 1}`,
        of: (row) => plain(points.data[row * dimensions + axis]!),
      });
    }
  }
  for (let j = 0; j < latent; j++) {
    parts.push({ name: dimensionName(j), of: (row) => plain(codes.mu.data[row * latent + j]!) });
  }
  const lines = [parts.map(({ name }) => cell(name)).join()];
  for (let row = 0; row < rows; row++) lines.push(parts.map(({ of }) => cell(of(row))).join());
  return `${lines.join("\r\n")}\r\n`;
}

/** As RFC 4180 has it; a text that a spreadsheet would run as a formula gets an apostrophe in front. */
function cell(value: string | number): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = /^[=+@\t\r]|^-(?![\d.])/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const plain = (value: number) => Number(value.toPrecision(7));
