import { DataError, ShapeError } from "../errors.js";
import { checkPictures, type Pictures } from "./sheet.js";

/** Pictures in a row, with what it shows. */
export interface Strip {
  label: string;
  pictures: Pictures;
}

/** Strips of equal pictures as one list. @throws DataError for no strips; ShapeError where they differ in shape */
export function joinStrips(call: string, strips: readonly Strip[]): { pictures: Pictures; columns: number } {
  if (!strips?.length) throw new DataError(`${call}: there must be at least one strip`);
  const shapes = strips.map(({ pictures }) => checkPictures(call, pictures));
  const first = shapes[0]!;
  const other = shapes.findIndex((shape) => shape.some((size, axis) => size !== first[axis]));
  if (other >= 0) {
    throw new ShapeError(
      `${call}: all strips must have pictures of one shape; strip 0 has [${first}], strip ${other} has [${shapes[other]}]`,
    );
  }
  const [steps, ...shape] = first;
  const size = first.reduce((product, length) => product * length, 1);
  const data = new Uint8Array(size * strips.length);
  strips.forEach(({ pictures }, i) => {
    data.set(pictures.data, i * size);
  });
  return { pictures: { data, shape: [steps! * strips.length, ...shape] }, columns: steps! };
}
