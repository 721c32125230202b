import type { Analysis } from "./analyze.js";
import { knownOfRows, namedApart, shortest } from "./row-columns.js";
import { dimensionName } from "./words.js";

/** One line for each row: where it stands in the data, its label, clusters, outlier scores, places on the maps, and its code. */
export function rowsCsv(analysis: Analysis): string {
  const { input, outliers, map } = analysis;
  const { rows, latent, codes } = input;
  const columns = knownOfRows(analysis);
  columns.push({ name: "neighbour distance", of: (row) => shortest(outliers.distance[row]!) });
  columns.push({ name: "local outlier factor", of: (row) => shortest(outliers.lof[row]!) });
  for (const { name, dimensions, points } of map.embeddings) {
    for (let axis = 0; axis < dimensions; axis++) {
      columns.push({
        name: `${name} ${dimensions}-D ${axis + 1}`,
        of: (row) => shortest(points.data[row * dimensions + axis]!),
      });
    }
  }
  for (let j = 0; j < latent; j++) {
    columns.push({ name: dimensionName(j), of: (row) => shortest(codes.mu.data[row * latent + j]!) });
  }
  const parts = namedApart(columns);
  const lines = [parts.map(({ name }) => cell(name)).join()];
  for (let row = 0; row < rows; row++) lines.push(parts.map(({ of }) => cell(of(row))).join());
  return `${lines.join("\r\n")}\r\n`;
}

const looksLikeFormula = /^[=+\-@\t\r]/;
const isNumber = /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i;

/** As RFC 4180 has it; a text that a spreadsheet would run as a formula gets an apostrophe in front. */
function cell(value: string | number): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = looksLikeFormula.test(value) && !isNumber.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
