import { createHash } from "node:crypto";
import { UsageError } from "../errors.js";
import { checkNumber, checkOptions, checkWord } from "../options.js";
import { fontStyle } from "./embed-fonts.js";
import { loadFonts } from "./fonts.js";
import { loadVega } from "./peers.js";
import { pngUrl } from "./png.js";
import { imageMark, type Spec } from "./spec.js";
import { clean, type Typesetter, typesetter } from "./text.js";
import { measureWith } from "./text-metrics.js";
import { type Palette, palette, sizes, type Theme, vegaConfig } from "./theme.js";

export type { Theme };

/** A picture of vectors that stands for itself. */
export interface Figure {
  /** The whole file, an <svg> with <title> and <desc>; two figures can stand on one page. */
  svg: string;
  /** Pixels. */
  width: number;
  height: number;
  title: string;
  /** A sentence that says what is seen, for those who do not see it; <desc> of the SVG. */
  alt: string;
}

/** What every figure takes. */
export interface FigureOptions {
  /** Default "light". */
  theme?: Theme;
  /** Pixels of the drawing area; axes, labels, legend and title come beside it. Each figure has its own default. */
  width?: number;
  height?: number;
  /** Default: what the figure shows, in a few words. Two lines of it are drawn. */
  title?: string;
  /** Three lines of it are drawn. */
  subtitle?: string;
  /** Default: a sentence made from the data. */
  alt?: string;
}

const common = ["theme", "width", "height", "title", "subtitle", "alt"] as const;

/** What a figure is made with, its options checked. */
export interface Frame {
  call: string;
  options: FigureOptions;
  colours: Palette;
  type: Typesetter;
}

/** @throws UsageError for options that do not exist, or where a peer that figures need is not installed */
export async function startFigure(
  call: string,
  options: FigureOptions,
  own: readonly string[] = [],
): Promise<Frame> {
  checkOptions(call, options, [...common, ...own]);
  const { theme = "light", width, height } = options;
  checkWord(call, "theme", theme, ["light", "dark"]);
  if (width !== undefined) checkNumber(call, "width", width, 40, 4000);
  if (height !== undefined) checkNumber(call, "height", height, 40, 4000);
  return { call, options, colours: palette(theme), type: typesetter(await loadFonts()) };
}

export interface Drawing {
  /** Where the options have none. */
  title: string;
  subtitle?: string;
  alt: string;
  /** Pixels that the title may take. */
  room: number;
  /** { width, height, layer } or { hconcat } of Vega-Lite. */
  body: Spec;
  /** PNG files of imageLayer's marks. */
  images?: readonly Uint8Array[];
}

export async function finishFigure(
  { call, options, colours, type }: Frame,
  drawing: Drawing,
): Promise<Figure> {
  const title = clean(options.title ?? drawing.title);
  const subtitle = clean(options.subtitle ?? drawing.subtitle ?? "");
  const alt = clean(options.alt ?? drawing.alt);
  const room = Math.max(drawing.room, 220);
  const lines = type.wrap(title, room, 2, sizes.title, 500);
  const spec: Spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    ...(lines.length > 0 && {
      title: {
        text: lines,
        ...(subtitle && { subtitle: type.wrap(subtitle, room, 3, sizes.subtitle) }),
      },
    }),
    ...drawing.body,
    config: vegaConfig(colours),
  };
  const drawn = await drawSpec(spec, type);
  const style = fontStyle(drawn, await loadFonts());
  const svg = completeSvg(drawn, { title, alt, style, images: drawing.images ?? [] });
  const [, width, height] = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(drawn) ?? [];
  if (width === undefined || height === undefined)
    throw new UsageError(`${call}: vega wrote an SVG without a size`);
  return { svg, width: Number(width), height: Number(height), title, alt };
}

async function drawSpec(spec: Spec, type: Typesetter): Promise<string> {
  const { vega, vegaLite } = await loadVega();
  measureWith(vega, type);
  // Vega-Lite checks specifications when it compiles them; its types are a union too large for objects that are put together.
  const { spec: compiled } = vegaLite.compile(spec as unknown as Parameters<typeof vegaLite.compile>[0]);
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logLevel: vega.Warn });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/**
 * Vega's SVG with what it lacks: its images and glyphs, a name and a description, and ids that no other figure has. Vega numbers ids through the whole
 * process, and describes each mark for screen readers, which are told of the figure as one image.
 */
function completeSvg(
  svg: string,
  { title, alt, style, images }: { title: string; alt: string; style: string; images: readonly Uint8Array[] },
): string {
  const named = new Map<string, string>();
  const rename = (id: string) => {
    if (!named.has(id)) named.set(id, `${idMark}${named.size}`);
    return named.get(id)!;
  };
  const plain = svg.replace(/<[^>]*>/g, (tag) =>
    tag
      .replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, "")
      .replace(/ id="([^"]*)"/g, (_, id: string) => ` id="${rename(id)}"`)
      .replace(/url\(#([^)]*)\)/g, (_, id: string) => `url(#${rename(id)})`),
  );
  const hash = createHash("sha256").update(plain).update(title).update(alt);
  for (const image of images) hash.update(image);
  const prefix = `vaekit-${hash.digest("hex").slice(0, 10)}-`;
  const urls = new Map(images.map((png, i) => [imageMark(i), pngUrl(png)]));
  const tags = plain.replace(/<[^>]*>/g, (tag) =>
    tag
      .replaceAll(idMark, prefix)
      .replace(/xlink:href="([^"]*)"/, (_, url: string) => `xlink:href="${urls.get(url) ?? ""}"`),
  );
  const names = `<title id="${prefix}title">${escapeXml(title)}</title><desc id="${prefix}desc">${escapeXml(alt)}</desc>`;
  return tags.replace(
    /^<svg([^>]*)>/,
    (_, attributes: string) =>
      `<svg role="img" aria-labelledby="${prefix}title ${prefix}desc"${attributes}>${names}${style}`,
  );
}

/** Stands for the start of ids until it is known. */
const idMark = "vaekit-id-";

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
