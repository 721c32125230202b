import type { Sizes } from "../ir/dim.js";
import type { Node } from "../ir/node.js";
import { movedSymbols, pointText } from "./points.js";

/** `Add of tfjs Multiply in encoder/dense_1`: an operation as the user knows it. */
export function nodeText({ op, origin: { kernel, scope } }: Node): string {
  return `${op} of tfjs ${kernel}${scope && ` in ${scope}`}`;
}

/** Most values that an error shows. */
const shown = 4;

/** `18 at height 37, 16 at height 32`: what something is at the base and where its symbols move. */
export function atPoints(texts: readonly string[], recorded: readonly Sizes[]): string {
  const places = informative(texts, recorded);
  const moved = [...new Set(places.flatMap((place) => movedSymbols(recorded[0]!, recorded[place]!)))];
  return places.map((place) => `${texts[place]} at ${pointOf(recorded[place]!, moved)}`).join(", ");
}

/** The base and the points that show the most: of one symbol alone, if that changes anything, else of all. */
function informative(texts: readonly string[], recorded: readonly Sizes[]): number[] {
  const base = recorded[0]!;
  const changed = [...texts.keys()].filter((place) => texts[place] !== texts[0]);
  const alone = changed.filter((place) => movedSymbols(base, recorded[place]!).length === 1);
  const symbol = alone[0] === undefined ? null : movedSymbols(base, recorded[alone[0]]!)[0];
  const along = [...recorded.keys()].filter((place) =>
    movedSymbols(base, recorded[place]!).every((moved) => moved === symbol),
  );
  const places = symbol && new Set(along.map((place) => texts[place])).size > 1 ? along : [0, ...changed];
  return places.slice(0, shown);
}

function pointOf(sizes: Sizes, symbols: readonly string[]): string {
  return pointText(Object.fromEntries(Object.entries(sizes).filter(([symbol]) => symbols.includes(symbol))));
}

/** The symbols that seem to make a difference: those that do so alone, or else all that moved. */
export function blamed(differs: (place: number) => boolean, recorded: readonly Sizes[]): string[] {
  const places = [...recorded.keys()].filter(differs);
  const moved = places.map((place) => movedSymbols(recorded[0]!, recorded[place]!));
  const alone = moved.filter((symbols) => symbols.length === 1).flat();
  return [...new Set(alone.length > 0 ? alone : moved.flat())];
}

/** The symbols that, alone, change a text with whether they are even, and with nothing else. */
function followParity(texts: readonly string[], recorded: readonly Sizes[]): string[] {
  const base = recorded[0]!;
  return Object.keys(base).filter((symbol) => {
    const along = [...recorded.keys()].filter((place) =>
      movedSymbols(base, recorded[place]!).every((moved) => moved === symbol),
    );
    const [even, odd] = [0, 1].map(
      (rest) =>
        new Set(along.filter((place) => recorded[place]![symbol]! % 2 === rest).map((place) => texts[place])),
    );
    return even!.size === 1 && odd!.size === 1 && [...even!][0] !== [...odd!][0];
  });
}

/** `This padding depends on whether height is even: fix height, or ...`, or null where that is not the reason. */
export function parityAdvice(
  what: string,
  texts: readonly string[],
  recorded: readonly Sizes[],
): string | null {
  const symbols = followParity(texts, recorded);
  if (symbols.length === 0) return null;
  const names = symbols.join(" and ");
  const are = symbols.length > 1 ? "are" : "is";
  return `${what} depends on whether ${names} ${are} even: fix ${names}, or pad to an even size first.`;
}
