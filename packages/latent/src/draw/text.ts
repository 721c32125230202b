import type { Font, FontWeight } from "./fonts.js";

/** Sets text: widths in pixels, and cuts and breaks by them. All take text that clean() made. */
export interface Typesetter {
  width: (text: string, size: number, weight?: FontWeight) => number;
  /** text, or as much of it as is at most `limit` wide with an ellipsis. */
  fit: (text: string, limit: number, size: number, weight?: FontWeight) => string;
  /** text in at most `lines` lines of at most `limit` each; the last is cut with an ellipsis where it does not fit. */
  wrap: (text: string, limit: number, lines: number, size: number, weight?: FontWeight) => string[];
}

/** More characters than any label can show: the rest is never measured. */
const longest = 600;
/** Widths of characters that Roboto lacks, in units of the font size: pictographs and ideographs, and letters of other scripts. */
const wide = 1.1;
const foreign = 0.65;

const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]+/g;
const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const combining = /^(?:\p{M}|[\u200b-\u200d]|[\ufe00-\ufe0f])$/u;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * A label as it can stand in a figure: what XML forbids, what turns the direction of all that follows, and line ends become spaces;
 * half surrogates become U+FFFD.
 */
export function clean(text: unknown): string {
  const cut = String(text).slice(0, 4 * longest);
  return cut.replace(controls, " ").replace(loneSurrogates, "\ufffd").replace(/\s+/g, " ").trim();
}

export function typesetter(fonts: Record<FontWeight, Font>): Typesetter {
  const width: Typesetter["width"] = (text, size, weight = 400) => {
    const { metrics } = fonts[weight];
    let sum = 0;
    for (const character of text.slice(0, longest)) {
      const code = character.codePointAt(0)!;
      const advance = metrics.advance(code);
      if (!Number.isNaN(advance)) sum += advance;
      else if (!combining.test(character)) sum += code >= 0x2e80 ? wide : foreign;
    }
    return sum * size;
  };
  const fit: Typesetter["fit"] = (text, limit, size, weight) => {
    if (text.length <= longest && width(text, size, weight) <= limit) return text;
    const room = limit - width("…", size, weight);
    let kept = "";
    let used = 0;
    for (const { segment } of graphemes.segment(text.slice(0, longest))) {
      used += width(segment, size, weight);
      if (used > room) break;
      kept += segment;
    }
    return `${kept.trimEnd()}…`;
  };
  const wrap: Typesetter["wrap"] = (text, limit, lines, size, weight) => {
    const set: string[] = [];
    let rest = text;
    while (rest !== "" && set.length < lines - 1 && width(rest, size, weight) > limit) {
      let end = 0;
      for (let next = rest.indexOf(" "); next >= 0; next = rest.indexOf(" ", next + 1)) {
        if (next > longest || width(rest.slice(0, next), size, weight) > limit) break;
        end = next;
      }
      if (end === 0) break;
      set.push(rest.slice(0, end));
      rest = rest.slice(end + 1);
    }
    if (rest !== "") set.push(fit(rest, limit, size, weight));
    return set;
  };
  return { width, fit, wrap };
}
