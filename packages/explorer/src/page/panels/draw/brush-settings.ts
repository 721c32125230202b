import { type Signal, signal } from "@preact/signals";
import type { Board } from "./board.js";
import { isBright } from "./border.js";
import type { Colour } from "./surface.js";

export interface BrushSettings {
  /** Diameter, percent of the surface's longer side. */
  size: number;
  erases: boolean;
  /** "#rrggbb"; null: what is seen best on the background. */
  colour: string | null;
}

/** About the width of MNIST's lines. */
const first: BrushSettings = { size: 9, erases: false, colour: null };
const known = new WeakMap<Board, Signal<BrushSettings>>();

/** What one draws with; colourOf: null where it erases. */
export function useBrush(board: Board) {
  const brush = known.get(board) ?? signal(first);
  known.set(board, brush);
  const colourOf = (): Colour | null => (brush.value.erases ? null : inkOn(board, brush.value.colour));
  return { brush, colourOf };
}

function inkOn(board: Board, colour: string | null): Colour {
  if (colour && board.shape[2] !== 1) return fromHex(colour);
  return isBright(board.background.value) ? [0, 0, 0] : [255, 255, 255];
}

export function toHex(colour: Colour): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function fromHex(hex: string): Colour {
  const at = (i: number) => Number.parseInt(hex.slice(i, i + 2), 16);
  return [at(1), at(3), at(5)];
}
