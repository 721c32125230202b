import type { Paint } from "../../map/paint.js";
import { distinct, type Field } from "./fields.js";
import type { PageMap } from "./page-data.js";
import { paintOf } from "./paint.js";
import { unpackEmbedding, unpackIntegers } from "./unpack.js";

/** What is known of the map's rows. */
export interface MapRows {
  /** The colouring, made ready when it is first asked for. */
  paint(colouring: number): Paint;
  /** [rows, dimensions] in the embedding's own units. */
  coordinates(embedding: number): Float32Array;
  numberOf(row: number): number;
  titleOf(row: number): string;
  /** Names and values, that of the colouring `first` first, then those of the leading ones. */
  linesOf(row: number, first: number): [name: string, value: string][];
  /** For files: all values, and the place in an embedding; no two of the same name. */
  recordOf(row: number, embedding: number): Field[];
}

/** So many lines stand beside a picture. */
const mostLines = 5;

export function rowsOfMap({ rows, ids, index, embeddings, colourings, leading = [] }: PageMap): MapRows {
  const numbers = index === undefined ? null : unpackIntegers(index);
  const unpacked: Float32Array[] = [];
  const paints: Paint[] = [];
  const numberOf = (row: number) => numbers?.[row] ?? row;
  const paint = (which: number): Paint => {
    paints[which] ??= paintOf(colourings[which], rows);
    return paints[which];
  };
  const coordinates = (which: number): Float32Array => {
    unpacked[which] ??= unpackEmbedding(embeddings[which]!);
    return unpacked[which];
  };
  return {
    paint,
    coordinates,
    numberOf,
    titleOf(row) {
      const id = ids?.[row];
      return id === undefined ? `Row ${numberOf(row)}` : `Row ${numberOf(row)}: ${id}`;
    },
    linesOf(row, first) {
      const order = colourings.length > 0 ? new Set([first, ...leading, ...colourings.keys()]) : [];
      const shown = [...order].slice(0, mostLines);
      return shown.map(paint).map((each) => [each.name, each.textOf(row)]);
    },
    recordOf(row, embedding) {
      const fields: Field[] = [["row", numberOf(row)]];
      if (ids) fields.push(["id", ids[row]!]);
      for (const which of colourings.keys()) fields.push([paint(which).name, paint(which).valueOf(row)]);
      const { name, dimensions } = embeddings[embedding]!;
      for (let axis = 0; axis < dimensions; axis++) {
        const value = coordinates(embedding)[row * dimensions + axis]!;
        fields.push([`${name} ${axis + 1}`, Number(value.toPrecision(6))]);
      }
      return distinct(fields);
    },
  };
}
