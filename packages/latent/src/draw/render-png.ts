import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.js";
import { checkNumber, checkOptions } from "../options.js";
import type { Figure } from "./figure.js";
import { loadFonts } from "./fonts.js";
import { loadResvg } from "./peers.js";

export interface PngOptions {
  /** Pixels of the PNG for each of the figure, 0.1 to 20. Default 2. */
  scale?: number;
}

/** Pixels that resvg can still be asked for. */
const largest = 2 ** 28;

/**
 * A figure as PNG. Text is set in Roboto whatever fonts the system has, and always the same; characters that Roboto lacks (pictographs,
 * scripts other than Latin, Greek and Cyrillic) are empty boxes, other than in a browser that shows the SVG.
 * @throws UsageError for more than 2^28 pixels, or where a peer that figures need is not installed
 */
export async function renderPng(figure: Figure, options: PngOptions = {}): Promise<Uint8Array> {
  checkOptions("renderPng", options, ["scale"]);
  const { scale = 2 } = options;
  checkNumber("renderPng", "scale", scale, 0.1, 20);
  if (figure.width * figure.height * scale * scale > largest) {
    throw new UsageError(
      `renderPng: ${Math.round(figure.width * scale)} x ${Math.round(figure.height * scale)} pixels are too many; take a smaller scale than ${scale}`,
    );
  }
  const [{ renderAsync }, fonts] = await Promise.all([loadResvg(), loadFonts()]);
  // resvg reads fonts from files only.
  const folder = await mkdtemp(join(tmpdir(), "vaekit-fonts-"));
  try {
    const fontFiles = await Promise.all(
      Object.values(fonts).map(async ({ weight, ttf }) => {
        const path = join(folder, `roboto-${weight}.ttf`);
        await writeFile(path, ttf);
        return path;
      }),
    );
    const image = await renderAsync(scale % 2 === 0 ? crisp(figure.svg) : figure.svg, {
      font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "Roboto" },
      fitTo: { mode: "zoom", value: scale },
      logLevel: "off",
    });
    return new Uint8Array(image.asPng());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Enlarged pictures with the word for "not smoothed" that resvg knows; at other scales than 2, 4, ... pixels would differ in size. */
function crisp(svg: string): string {
  return svg.replace(/<image [^>]*>/g, (tag) => tag.replace(" image-rendering: pixelated;", ""));
}
