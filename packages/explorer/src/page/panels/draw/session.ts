import type { Model } from "../../core/model.js";
import { labelCondition, rowName, type State } from "../../core/state.js";
import { Analyst } from "./analyst.js";
import { Board } from "./board.js";
import { see } from "./see.js";
import { backgroundOf, hasOwnPictures, pixelsOfRow } from "./sheet-pixels.js";
import { surfaceOf } from "./surface.js";

export interface Session {
  readonly board: Board;
  readonly analyst: Analyst;
}

const sessions = new WeakMap<State, Session>();

/** The drawing of this page. It outlives the panel: nothing is lost when another tab is opened. */
export function sessionOf(state: State, model: Model): Session {
  const known = sessions.get(state);
  if (known) return known;
  const analyst: Analyst = new Analyst(state, model, () => {
    if (board.isEmpty) return null;
    const { centre } = board.drawing.peek();
    const background = board.background.peek();
    return { seen: see(board.surface.peek(), board.shape, { centre, background }), origin: board.origin };
  });
  const board = new Board(model.shape, () => analyst.changed());
  // A sheet that cannot be read, as in some browsers from file://, leaves the background black.
  backgroundOf(state.site).then(
    (colour) => board.setBackground(colour),
    () => {},
  );
  const session = { board, analyst };
  sessions.set(state, session);
  return session;
}

/**
 * Draw on an example; whether nothing later was put there meanwhile: on its own picture where the site has that in full size, else on what the decoder makes of its code.
 * The model is told the example's label, where it is told labels.
 */
export async function startFromRow(state: State, { board }: Session, row: number): Promise<boolean> {
  const [model, reference] = [state.model.peek(), state.reference.peek()];
  if (!model || !reference) return false;
  const label = reference.labels?.[row];
  const own = label === undefined ? null : labelCondition(state, label);
  const told = own ?? state.condition.peek();
  const decode = () => model.decode(reference.codeOf(row).slice(), told);
  const pixels = hasOwnPictures(state.site, model.shape)
    ? pixelsOfRow(state.site, row, model.shape[2]).catch(decode)
    : decode();
  const origin = rowName(state, row);
  const drawn = await board.drawOnce(
    pixels.then((pixels) => ({
      ground: { surface: surfaceOf(pixels, model.shape), origin, upload: null },
      strokes: [],
      centre: false,
    })),
  );
  if (drawn) state.condition.value = told;
  return drawn;
}
