import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { messageOf } from "../../core/decode-loop.js";
import { go, type Keepsake } from "../../core/state.js";
import { dataParts } from "./data-path.js";
import { codeAlong, directParts, type Part } from "./path.js";
import { placeAfterAdding } from "./stops.js";

export interface Morph {
  /** null for fewer than two stops, and while the way through the data is looked for. */
  readonly parts: ReadonlySignal<readonly Part[] | null>;
  /** Why there are none though there are stops; "" else. */
  readonly waiting: ReadonlySignal<string>;
}

/** The ways between the stops, made anew when stops or path change; the picture follows while it is one of the morph's. */
export function useMorph(): Morph {
  const state = useExplorer();
  const parts = useSignal<readonly Part[] | null>(null);
  const waiting = useSignal("");
  const before = useRef<readonly Keepsake[]>([]);
  useSignalEffect(() => {
    const stops = state.stops.value;
    const codes = stops.map(({ z }) => z);
    const path = state.path.value;
    const reference = state.reference.value;
    state.at.value = placeAfterAdding(state.at.peek(), before.current, stops);
    before.current = stops;
    waiting.value = "";
    if (codes.length < 2 || path !== "data") {
      parts.value = codes.length < 2 || path === "data" ? null : directParts(codes, path);
      return;
    }
    parts.value = null;
    if (!reference) {
      waiting.value =
        "The way along the data needs the map's codes, which are not here. Choose another path.";
      return;
    }
    waiting.value = "Looking for a way through the data.";
    let current = true;
    dataParts(reference.mu, codes).then(
      (found) => {
        if (!current) return;
        waiting.value = "";
        parts.value = found;
      },
      (error) => {
        if (current)
          waiting.value = `No way along the data was found: ${messageOf(error)}. Choose another path.`;
      },
    );
    return () => {
      current = false;
    };
  });
  useSignalEffect(() => {
    const made = parts.value;
    // Later, as a link that is being read sets the stops before the place among them.
    queueMicrotask(() => {
      if (!made || parts.peek() !== made || state.origin.peek() !== "morph") return;
      const z = codeAlong(made, state.at.peek());
      if (z.some((value, i) => value !== state.z.peek()[i])) go(state, z, "morph");
    });
  });
  return { parts, waiting };
}
