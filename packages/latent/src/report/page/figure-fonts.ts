/**
 * Give figures the page's font: an SVG that is shown as a picture sees neither the page's style nor its fonts, so each
 * that is shown gets a copy of the font's rules. The words would else stand in another font than they were measured in.
 */
export function dressFigures(all = false): void {
  const faces = fontRules();
  if (faces === "") return;
  for (const image of document.querySelectorAll<HTMLImageElement>("figure img:not([data-dressed])")) {
    if ((image.offsetParent === null && !all) || !image.src.startsWith("data:image/svg+xml,")) continue;
    image.dataset.dressed = "";
    const svg = decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1));
    const dressed = svg.replace(/<svg\b[^>]*>/, (tag) => `${tag}<style>${faces}</style>`);
    image.src = URL.createObjectURL(new Blob([dressed], { type: "image/svg+xml" }));
  }
}

function fontRules(): string {
  return Array.from(document.styleSheets)
    .flatMap((sheet) => Array.from(sheet.cssRules))
    .filter((rule) => rule instanceof CSSFontFaceRule)
    .map((rule) => rule.cssText)
    .join("\n");
}
