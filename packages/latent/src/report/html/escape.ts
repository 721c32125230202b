const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML shows it, inside elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** JSON that stays inside its script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** An SVG as the address of a picture: what it holds can neither run nor load anything there. */
export function svgAddress(svg: string): string {
  const text = svg
    .trim()
    .replace(/%/g, "%25")
    .replace(/#/g, "%23")
    .replace(/"/g, "%22")
    .replace(/&/g, "%26")
    .replace(/</g, "%3C")
    .replace(/>/g, "%3E")
    .replace(/[\r\n\t]+/g, "%20")
    .replace(/[^\x20-\x7e]+/g, (part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd")));
  return `data:image/svg+xml,${text}`;
}

/** Width and height of an SVG in pixels, as it says; null for one that does not. */
export function svgSize(svg: string): { width: number; height: number } | null {
  const tag = /<svg\b[^>]*>/.exec(svg)?.[0] ?? "";
  const number = (name: string) => {
    const text = new RegExp(`\\s${name}="\\s*([0-9.]+)(?:px)?\\s*"`).exec(tag)?.[1];
    return text === undefined ? Number.NaN : Number(text);
  };
  let [width, height] = [number("width"), number("height")];
  const box = /\sviewBox="\s*([^"]*)"/
    .exec(tag)?.[1]
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  if (!(width > 0 && height > 0)) [width, height] = [box?.[2] ?? 0, box?.[3] ?? 0];
  return width > 0 && height > 0 ? { width: Math.round(width), height: Math.round(height) } : null;
}
