/** Widths are those of a monospaced font: 0.602 of its size a character, twice that for wide scripts. */
const advance = 0.61;

export function textWidth(text: string, size: number): number {
  return cells(text) * advance * size;
}

/** At most `most` characters wide; what is left out in the middle is told by `…`. */
export function truncate(text: string, most: number): string {
  if (cells(text) <= most) return text;
  const characters = [...text];
  const take = (from: readonly string[], budget: number) => {
    let used = 0;
    const end = from.findIndex((character) => {
      used += cells(character);
      return used > budget;
    });
    return end < 0 ? [...from] : from.slice(0, end);
  };
  const half = Math.floor((most - 1) / 2);
  return `${take(characters, half).join("")}…${take(characters.toReversed(), half).toReversed().join("")}`;
}

/** For the inside of an SVG's element; what XML cannot hold at all becomes U+FFFD. */
export function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function cells(text: string): number {
  let sum = 0;
  // From Hangul's first letters on, scripts are wide, as are pictures.
  for (const character of text) sum += character.codePointAt(0)! >= 0x1100 ? 2 : 1;
  return sum;
}
