/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export function rgbOf(hex: string): Rgb {
  const word = Number.parseInt(hex.slice(1), 16);
  return [word >> 16, (word >> 8) & 255, word & 255];
}

export function hexOf([red, green, blue]: Rgb): string {
  return `#${((1 << 24) | (Math.round(red) << 16) | (Math.round(green) << 8) | Math.round(blue)).toString(16).slice(1)}`;
}

/** A scale of colours as a function of 0 to 1: straight between its stops, which stand close enough for that. */
export function ramp(stops: readonly string[]): (share: number) => Rgb {
  const colours = stops.map(rgbOf);
  return (share) => {
    const at = Math.min(Math.max(share, 0), 1) * (colours.length - 1);
    const from = Math.min(Math.floor(at), colours.length - 2);
    return mix(colours[from]!, colours[from + 1]!, at - from);
  };
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance). */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Least contrast of text (WCAG 2.2, success criterion 1.4.3, level AA). */
const legible = 4.5;

/** Of two colours the one that is read better on `background`; black or white, of which one always can be read, where neither can. */
export function readableOn(background: Rgb, one: string, other: string): string {
  const [own, best] = [better(background, one, other), better(background, "#000000", "#ffffff")];
  return contrast(background, rgbOf(own)) >= legible ? own : best;
}

function better(background: Rgb, one: string, other: string): string {
  return contrast(background, rgbOf(one)) >= contrast(background, rgbOf(other)) ? one : other;
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
