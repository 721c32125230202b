import { useRef } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { newSeed } from "../../core/random.js";
import { rowName, say } from "../../core/state.js";
import { type Session, startFromRow } from "./session.js";
import { hasOwnPictures } from "./sheet-pixels.js";

/** Ways to begin without drawing, and how what was begun with is fitted. */
export function Starts({ session, open }: { session: Session; open: (file: File) => Promise<void> }) {
  const state = useExplorer();
  const input = useRef<HTMLInputElement>(null);
  const { board } = session;
  const reference = state.reference.value;
  const { ground, centre } = board.drawing.value;
  const start = async () => {
    const row = newSeed() % reference!.rows;
    if (!(await startFromRow(state, session, row))) return;
    say(state, `${rowName(state, row)} is on the drawing surface.`);
  };
  return (
    <div class="draw-starts">
      <div class="toolbar">
        <button type="button" onClick={() => input.current?.click()}>
          Choose a picture
        </button>
        <input
          ref={input}
          class="hidden"
          type="file"
          accept="image/*"
          aria-label="A picture file"
          tabIndex={-1}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file) void open(file);
          }}
        />
        <button type="button" disabled={!reference} onClick={() => void start()}>
          {reference?.of === "prior" ? "Start from a draw" : "Start from an example"}
        </button>
      </div>
      <p class="note draw-origin">
        {ground ? sentence(ground.origin) : "Or drop a picture here, or paste one."}
        {ground && !ground.upload && !hasOwnPictures(state.site, board.shape)
          ? " As the decoder draws it: the site has no larger picture of it."
          : ""}
      </p>
      {board.canCentre && (
        <label class="draw-switch">
          <input
            type="checkbox"
            checked={centre}
            onChange={(event) => void board.setCentre(event.currentTarget.checked)}
          />
          Centre it as MNIST does
        </label>
      )}
      {ground?.upload && <Fitting session={session} />}
    </div>
  );
}

function Fitting({ session: { board } }: { session: Session }) {
  const upload = board.drawing.value.ground?.upload;
  if (!upload) return null;
  return (
    <>
      <fieldset class="draw-fit choices">
        <legend class="hidden">How the picture is fitted</legend>
        {(["contain", "cover"] as const).map((fit) => (
          <label key={fit} class="choice">
            <input
              type="radio"
              name="draw-fit"
              checked={upload.fit === fit}
              onChange={() => void board.refit({ fit })}
            />
            <span>{fit === "contain" ? "Show all of it" : "Fill the frame"}</span>
          </label>
        ))}
      </fieldset>
      {board.shape[2] === 1 && (
        <label class="draw-switch">
          <input
            type="checkbox"
            checked={upload.invert}
            onChange={(event) => void board.refit({ invert: event.currentTarget.checked })}
          />
          Invert light and dark
        </label>
      )}
      {upload.inverted && (
        <p class="note" data-inverted="">
          {board.canCentre
            ? "It was inverted: its border is bright, and the data's are dark."
            : "It was inverted: its border is dark, and the data's are bright."}
        </p>
      )}
    </>
  );
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}.`;
}
