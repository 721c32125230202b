import { useEffect, useMemo, useState } from "preact/hooks";
import { useExplorer } from "./context.js";
import { messageOf } from "./decode-loop.js";
import { report } from "./state.js";

/**
 * What the decoder makes of some codes [latent], as it arrives: null before. Codes are known by their arrays: keep those
 * that stay the same. What is not asked for any more is not decoded any more.
 */
export function useDecoded(
  codes: readonly Float32Array[],
  delay = 0,
): (code: Float32Array) => Uint8Array | null {
  const state = useExplorer();
  const model = state.model.value;
  const condition = state.condition.value;
  const [, arrived] = useState(0);
  // Another model or condition makes other pictures.
  const known = useMemo(() => new WeakMap<Float32Array, Uint8Array>(), [model, condition]);
  useEffect(() => {
    const missing = codes.filter((code) => !known.has(code));
    if (!model || missing.length === 0) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const size = model.shape[0] * model.shape[1] * model.shape[2];
      const rows = new Float32Array(missing.length * model.latent);
      missing.forEach((code, row) => {
        rows.set(code, row * model.latent);
      });
      const keep = (first: number, pixels: Uint8Array) => {
        for (let k = 0; k * size < pixels.length; k++)
          known.set(missing[first + k]!, pixels.slice(k * size, (k + 1) * size));
        arrived((count) => count + 1);
      };
      model.decodeMany(rows, condition, keep, stop.signal).catch((error) => {
        if (!stop.signal.aborted)
          report(
            state,
            `Small pictures were not decoded: ${messageOf(error)}`,
            "The large picture still follows.",
          );
      });
    }, delay);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [codes, known, model, condition, delay, state]);
  return (code) => known.get(code) ?? null;
}
