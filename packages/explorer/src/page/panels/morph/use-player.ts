import { batch, type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { go } from "../../core/state.js";
import { codeAlong } from "./path.js";
import { type AtEnd, advance } from "./player.js";
import type { Morph } from "./use-morph.js";

/** From stop to stop, at speed 1. */
export const secondsPerPart = 2;
/** Milliseconds between two pictures for those who want less motion. */
const calm = 500;

export interface Player {
  readonly playing: Signal<boolean>;
  readonly speed: Signal<number>;
  readonly atEnd: Signal<AtEnd>;
  /** Look at a place from 0 to 1, and stop playing. */
  show(at: number): void;
}

/** Moves along the morph while it plays, which ends with the component. */
export function usePlayer({ parts }: Morph): Player {
  const state = useExplorer();
  const playing = useSignal(false);
  const speed = useSignal(1);
  const atEnd = useSignal<AtEnd>("back");
  const place = (at: number) => {
    const made = parts.peek();
    if (!made) return;
    batch(() => {
      state.at.value = at;
      go(state, codeAlong(made, at), "morph");
    });
  };
  useEffect(() => {
    if (!playing.value) return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)");
    if (atEnd.peek() === "stop" && state.at.peek() >= 1) place(0);
    let forward = true;
    let last = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      frame = requestAnimationFrame(step);
      if (now - last < (still.matches ? calm : 1)) return;
      // A page that was hidden goes on where it was.
      const seconds = Math.min(now - last, 2 * calm) / 1000;
      last = now;
      const count = parts.peek()?.length;
      if (!count) return;
      const share = (seconds * speed.peek()) / (secondsPerPart * count);
      const next = advance({ at: state.at.peek(), forward }, share, atEnd.peek());
      forward = next?.forward ?? true;
      place(next?.at ?? 1);
      if (!next) playing.value = false;
    });
    return () => cancelAnimationFrame(frame);
  }, [playing.value]);
  return {
    playing,
    speed,
    atEnd,
    show(at) {
      playing.value = false;
      place(at);
    },
  };
}
