import { type Paint, paintOf as paintOfValues } from "../../map/paint.js";
import type { PageColouring } from "./page-data.js";
import { unpackFloats, unpackIntegers } from "./unpack.js";

/** Of a colouring as the file holds it; undefined: all rows alike. */
export function paintOf(given: PageColouring | undefined, rows: number): Paint {
  if (!given) return paintOfValues(undefined, rows);
  const { data, ...rest } = given;
  return paintOfValues(
    rest.kind === "categorical"
      ? { ...rest, values: unpackIntegers(data) }
      : { ...rest, values: unpackFloats(data) },
    rows,
  );
}
