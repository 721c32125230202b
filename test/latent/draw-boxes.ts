import { loadFonts } from "../../packages/latent/src/draw/fonts.js";
import { typesetter } from "../../packages/latent/src/draw/text.js";

export interface TextBox {
  text: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

type Matrix = [a: number, b: number, c: number, d: number, e: number, f: number];

/** Where each text of an SVG of ours stands, in its pixels; a line of several is one box each. */
export async function textBoxes(svg: string): Promise<TextBox[]> {
  const type = typesetter(await loadFonts());
  const boxes: TextBox[] = [];
  const stack: { matrix: Matrix; attributes: Map<string, string> }[] = [];
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  let text: Map<string, string> | null = null;
  let lines = 0;
  for (const [, closing, name, rest, alone, content] of svg.matchAll(
    /<(\/?)([\w:]+)((?:\s[^<>]*?)?)(\/?)>([^<]*)/g,
  )) {
    if (closing) {
      matrix = stack.pop()!.matrix;
      if (name === "text") text = null;
      continue;
    }
    const attributes = new Map(
      Array.from(rest!.matchAll(/([\w:-]+)="([^"]*)"/g), ([, key, value]) => [key!, value!]),
    );
    const before = matrix;
    matrix = times(matrix, transformOf(attributes.get("transform") ?? ""));
    if (alone) matrix = before;
    else stack.push({ matrix: before, attributes });
    if (name === "text") {
      text = attributes;
      lines = 0;
    }
    const hidden = attributes.get("stroke-width") !== undefined;
    if (!text || hidden || content!.trim() === "") continue;
    if (text.get("stroke-width") !== undefined) continue;
    const size = Number.parseFloat(text.get("font-size")!);
    const weight = text.get("font-weight") === "500" ? 500 : 400;
    const shown = unescapeXml(content!);
    const width = type.width(shown, size, weight);
    const anchor = text.get("text-anchor") ?? "start";
    const x = anchor === "middle" ? -width / 2 : anchor === "end" ? -width : 0;
    if (name === "tspan" && attributes.has("dy")) lines += Number(attributes.get("dy"));
    boxes.push(bounds(shown, matrix, [x, lines - 0.72 * size, x + width, lines + 0.2 * size]));
  }
  return boxes;
}

/** Pairs of boxes that share more than a pixel in both directions. */
export function overlaps(boxes: readonly TextBox[]): [string, string][] {
  const found: [string, string][] = [];
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1) found.push([a.text, b.text]);
    }
  });
  return found;
}

function bounds(
  text: string,
  matrix: Matrix,
  [left, top, right, bottom]: [number, number, number, number],
): TextBox {
  const [a, b, c, d, e, f] = matrix;
  const corners = [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ].map(([x, y]) => [a * x! + c * y! + e, b * x! + d * y! + f] as const);
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return {
    text,
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

function transformOf(text: string): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (const [, kind, numbers] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [x = 0, y = 0] = numbers!.split(/[\s,]+/).map(Number);
    const angle = (x * Math.PI) / 180;
    if (kind === "translate") matrix = times(matrix, [1, 0, 0, 1, x, y]);
    else if (kind === "rotate") {
      matrix = times(matrix, [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0]);
    } else throw new Error(`a transform that is not known: ${kind}`);
  }
  return matrix;
}

function times(p: Matrix, q: Matrix): Matrix {
  return [
    p[0] * q[0] + p[2] * q[1],
    p[1] * q[0] + p[3] * q[1],
    p[0] * q[2] + p[2] * q[3],
    p[1] * q[2] + p[3] * q[3],
    p[0] * q[4] + p[2] * q[5] + p[4],
    p[1] * q[4] + p[3] * q[5] + p[5],
  ];
}

function unescapeXml(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
