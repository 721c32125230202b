import type { CheckedInput } from "../input.js";

type Told = Pick<CheckedInput, "decodedUnder">;

/** What the end of a caption says of a conditional model's pictures, before its full stop: whatever codes they are of, they were told the same. */
export function captionUnder({ decodedUnder }: Told): string {
  return decodedUnder === null ? "" : `; all decoded under ${decodedUnder}`;
}

/** The same, below a figure's title. */
export function subtitleUnder({ decodedUnder }: Told): string | undefined {
  return decodedUnder === null ? undefined : `All decoded under ${decodedUnder}`;
}
