import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { say } from "../../core/state.js";
import { Answers } from "./answers.js";
import type { Board } from "./board.js";
import { DrawingSurface } from "./drawing-surface.js";
import { firstFile, leavesKeysAlone } from "./files.js";
import { Pictures } from "./pictures.js";
import { type Session, sessionOf } from "./session.js";
import { Starts } from "./starts.js";
import { Tools } from "./tools.js";

/** Of sites that have the encoder. */
export function DrawPanel() {
  const state = useExplorer();
  const session = sessionOf(state, state.model.value!);
  const { board, analyst } = session;
  useEffect(() => {
    void analyst.warm();
  }, [analyst]);
  useTold(session);
  const openFile = async (file: File) => {
    if (await board.open(file)) say(state, `${file.name} is on the drawing surface.`);
  };
  const over = useDocument(board, openFile);
  return (
    <>
      <Trouble session={session} />
      <div class="draw" data-over={over ? "" : undefined} aria-busy={analyst.pending.value}>
        <div class="draw-hand">
          <DrawingSurface session={session} />
        </div>
        <div class="draw-side">
          <Tools session={session} />
          <Starts session={session} open={openFile} />
        </div>
        <Pictures session={session} />
        <Answers session={session} />
      </div>
    </>
  );
}

/** Encode again when the model is told something else while it shows the drawing. */
function useTold({ analyst }: Session): void {
  const state = useExplorer();
  useEffect(
    () =>
      effect(() => {
        const told = state.condition.value;
        const last = analyst.analysis.peek();
        if (last && state.z.peek() === last.mu && told !== last.told) analyst.changed();
      }),
    [state, analyst],
  );
}

/** Pictures are dropped and pasted, and strokes undone, anywhere on the page. Whether something is held over it. */
function useDocument(board: Board, open: (file: File) => Promise<void>): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const on = <K extends keyof DocumentEventMap>(name: K, listen: (event: DocumentEventMap[K]) => void) =>
      document.addEventListener(name, listen, { signal: stop.signal });
    on("dragover", (event) => {
      event.preventDefault();
      setOver(true);
    });
    on("dragleave", (event) => {
      if (event.relatedTarget === null) setOver(false);
    });
    on("drop", (event) => {
      event.preventDefault();
      setOver(false);
      const file = firstFile(event.dataTransfer);
      if (file) void open(file);
      else
        board.complaint.value =
          "What was dropped is no file. Save the picture first, then drop its file here.";
    });
    on("paste", (event) => {
      const file = firstFile(event.clipboardData);
      if (!file) return;
      event.preventDefault();
      void open(file);
    });
    on("keydown", (event) => {
      if (event.key.toLowerCase() !== "z" || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      if (leavesKeysAlone(event.target)) return;
      event.preventDefault();
      board.undo();
    });
    return () => stop.abort();
  }, [board]);
  return over;
}

function Trouble({ session: { board, analyst } }: { session: Session }) {
  const complaint = board.complaint.value;
  const encoder = analyst.encoder.value;
  if (!complaint && encoder.is !== "failed") return null;
  const again = async () => {
    await analyst.warm();
    analyst.changed();
  };
  return (
    <div class="draw-trouble" role="alert">
      {encoder.is === "failed" && (
        <p>
          The encoder did not do its work: {encoder.why} What you drew is kept.{" "}
          <button type="button" onClick={() => void again()}>
            Try again
          </button>
        </p>
      )}
      {complaint && (
        <p>
          {complaint}{" "}
          <button
            type="button"
            onClick={() => {
              board.complaint.value = "";
            }}
          >
            Close
          </button>
        </p>
      )}
    </div>
  );
}
