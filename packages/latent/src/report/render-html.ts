import { palette } from "../draw/theme.js";
import { checkOptions, checkWord } from "../options.js";
import { escapeHtml, scriptJson } from "./html/escape.js";
import { fontFaces } from "./html/fonts.js";
import { contentPolicy } from "./html/page-head.js";
import { pageScript } from "./html/script.js";
import { pageBody } from "./html/sections.js";
import { pageStyle } from "./html/style.js";
import type { PageData, PageTheme } from "./page/page-data.js";

export interface HtmlOptions {
  /** Colours that the page opens in (default: what the data say, else "auto": as the reader's system has it). */
  theme?: PageTheme;
}

/**
 * The report as one HTML file: opens from a disk, makes no request, and holds its script, style and pictures.
 * @throws UsageError for an option or a theme that does not exist, and where the page's script is not built
 */
export async function renderHtml(data: PageData, options: HtmlOptions = {}): Promise<string> {
  checkOptions("renderHtml", options, ["theme"]);
  const { theme = data.theme ?? "auto" } = options;
  checkWord("renderHtml", "theme", theme, ["auto", "light", "dark"]);
  const script = await pageScript();
  const style = pageStyle(await fontFaces());
  const { map, name } = data;
  const palettes = { light: palette("light"), dark: palette("dark") };
  const given = map && scriptJson({ map: { ...map, figure: null }, name: fileName(name), palettes });
  return `<!doctype html>
<html lang="en"${theme === "auto" ? "" : ` data-theme="${theme}"`}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(name)}: latent space report</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${pageBody(data)}
${given ? `<script type="application/json" id="map-data">${given}</script>` : ""}
<script>${script}</script>
</body>
</html>
`;
}

function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "report";
}
