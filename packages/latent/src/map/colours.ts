import { mix as between, hexOf, ramp as rampOf, rgbOf } from "../draw/colour.js";
import type { Palette } from "../draw/theme.js";

export type Shade = "light" | "dark";
/** The figures' colours, as the page is given them. */
export type Palettes = Readonly<Record<Shade, Palette>>;

/** share 0: a, 1: b; all #rrggbb. */
export function mix(a: string, b: string, share: number): string {
  return hexOf(between(rgbOf(a), rgbOf(b), share));
}

/** `steps` colours evenly along those given. */
export function ramp(stops: readonly string[], steps: number): string[] {
  const colourAt = rampOf(stops);
  return Array.from({ length: steps }, (_, i) => hexOf(colourAt(i / (steps - 1))));
}

/**
 * The colour of the i-th class, that of the figures; where those have another marker shape from the thirteenth on, points
 * on the map, which are round, are darker or paler.
 */
export function classColour(i: number, { categorical, ink, paper }: Palette): string {
  const colour = categorical[i % categorical.length]!;
  const turn = Math.floor(i / categorical.length) % 4;
  if (turn === 0) return colour;
  return turn === 2 ? mix(colour, paper, 0.45) : mix(colour, ink, turn === 1 ? 0.4 : 0.7);
}
