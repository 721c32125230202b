import { useEffect, useReducer, useRef } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { messageOf } from "../../core/decode-loop.js";
import { report } from "../../core/state.js";

interface Drawn {
  pixels: Uint8Array;
  condition: Float32Array | null;
}

/**
 * What the decoder makes of codes [latent] each, as it becomes known: pixels [height, width, channels], or null until then.
 * codes: the same array for as long as they are the same; what is not there yet is given up when they change.
 */
export function usePictures(codes: readonly Float32Array[]): (Uint8Array | null)[] {
  const state = useExplorer();
  const model = state.model.value!;
  const condition = state.condition.value;
  const drawn = useRef(new WeakMap<Float32Array, Drawn>()).current;
  const [, redraw] = useReducer((count: number, _: null) => count + 1, 0);
  useEffect(() => {
    const missing = codes.filter((z) => drawn.get(z)?.condition !== condition || !drawn.has(z));
    if (missing.length === 0) return;
    const { latent, shape } = model;
    const size = shape[0] * shape[1] * shape[2];
    const rows = new Float32Array(missing.length * latent);
    missing.forEach((z, i) => {
      rows.set(z, i * latent);
    });
    const ended = new AbortController();
    const onRows = (first: number, pixels: Uint8Array) => {
      for (let i = 0; i < pixels.length / size; i++) {
        drawn.set(missing[first + i]!, { pixels: pixels.slice(i * size, (i + 1) * size), condition });
      }
      redraw(null);
    };
    model.decodeMany(rows, condition, onRows, ended.signal).catch((error) => {
      if (ended.signal.aborted) return;
      report(state, `The morph's pictures cannot be drawn: ${messageOf(error)}`, "Reload the page.");
    });
    return () => ended.abort();
  }, [codes, condition, model]);
  return codes.map((z) => drawn.get(z)?.pixels ?? null);
}
