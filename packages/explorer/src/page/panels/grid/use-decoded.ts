import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { messageOf } from "../../core/decode-loop.js";
import { say } from "../../core/state.js";
import { cellCount, type Plan } from "./plan.js";
import { paintCells, type Sheet } from "./sheet.js";

export interface Decoding {
  done: boolean;
  error: string | null;
}

/** Decode a plan onto a canvas, some cells at a time; another plan ends what is under way. */
export function useDecoded(canvas: RefObject<HTMLCanvasElement | null>, plan: Plan, sheet: Sheet): Decoding {
  const state = useExplorer();
  const model = state.model.value!;
  const [finished, setFinished] = useState<{ plan: Plan; error: string | null } | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const decode = async () => {
      let before = 0;
      for (const { z, condition } of plan.parts) {
        await model.decodeMany(
          z,
          condition,
          (first, pixels) => {
            if (canvas.current) paintCells(canvas.current, sheet, before + first, pixels, model.shape);
          },
          stop.signal,
        );
        before += z.length / model.latent;
      }
    };
    decode().then(
      () => {
        if (stop.signal.aborted) return;
        setFinished({ plan, error: null });
        say(state, `${plan.title}: ${cellCount(plan, model.latent)} pictures.`);
      },
      (error) => {
        if (!stop.signal.aborted) setFinished({ plan, error: messageOf(error) });
      },
    );
    return () => stop.abort();
  }, [plan, sheet, model]);
  const own = finished?.plan === plan ? finished : null;
  return { done: own !== null, error: own?.error ?? null };
}
