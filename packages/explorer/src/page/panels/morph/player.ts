/** What playing does at the last stop: stops, turns back (and again at the first), or starts again at the first. */
export type AtEnd = "stop" | "back" | "again";

export interface Moment {
  /** 0 to 1 along the morph. */
  at: number;
  forward: boolean;
}

/** Some way on from a moment; null where playing is over. step: a share of the whole morph, of at least 0 */
export function advance({ at, forward }: Moment, step: number, atEnd: AtEnd): Moment | null {
  if (atEnd === "back") {
    // There and back is a circle of length 2.
    const round = ((forward ? at : 2 - at) + step) % 2;
    return round < 1 ? { at: round, forward: true } : { at: 2 - round, forward: false };
  }
  const next = at + step;
  if (next <= 1) return { at: next, forward: true };
  return atEnd === "again" ? { at: next % 1, forward: true } : null;
}
