import { subsetFont } from "./font-subset.js";
import type { Font, FontWeight } from "./fonts.js";

/** A <style> with the glyphs of all text of an SVG, for browsers without the font. */
export function fontStyle(svg: string, fonts: Record<FontWeight, Font>): string {
  const used: Record<FontWeight, Set<string>> = { 400: new Set(), 500: new Set() };
  for (const [, attributes, content] of svg.matchAll(/<text([^>]*)>(.*?)<\/text>/gs)) {
    const weight = attributes!.includes('font-weight="500"') ? 500 : 400;
    for (const character of plain(content!)) used[weight].add(character);
  }
  const faces = ([400, 500] as const)
    .filter((weight) => used[weight].size > 0)
    .map((weight) => {
      const woff = Buffer.from(subsetFont(fonts[weight].ttf, used[weight])).toString("base64");
      return `@font-face{font-family:Roboto;font-weight:${weight};src:url(data:font/woff;base64,${woff})}`;
    });
  return `<style>${faces.join("")}</style>`;
}

function plain(content: string): string {
  return content
    .replace(/<[^>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}
