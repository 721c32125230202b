import { type Signal, signal } from "@preact/signals";
import { messageOf } from "../../core/decode-loop.js";
import type { Model } from "../../core/model.js";
import { go, type State } from "../../core/state.js";
import { errorOf } from "./score.js";

/** What the model makes of a picture. */
export interface Analysis {
  /** Pixels [height, width, channels] */
  seen: Uint8Array;
  reconstruction: Uint8Array;
  mu: Float32Array;
  logvar: Float32Array;
  /** What the model was told. */
  told: Float32Array | null;
  origin: string;
  /** Mean squared, pixels from 0 to 1. */
  error: number;
}

/** What is to be encoded; null for nothing. */
export type Look = () => { seen: Uint8Array; origin: string } | null;

export type EncoderState = { is: "loading" | "ready" } | { is: "failed"; why: string };

/** Milliseconds from a change to its analysis: what changes meanwhile is part of it. */
const pause = 60;

/** Encodes and decodes what is looked at after each change: one at a time, the newest next, those between dropped. */
export class Analyst {
  /** What the model sees now; its analysis follows. */
  readonly seen: Signal<Uint8Array | null> = signal(null);
  readonly analysis: Signal<Analysis | null> = signal(null);
  readonly pending = signal(false);
  readonly encoder: Signal<EncoderState> = signal({ is: "loading" });
  readonly #state: State;
  readonly #model: Model;
  readonly #look: Look;
  #timer = 0;
  #busy = false;
  #again = false;

  constructor(state: State, model: Model, look: Look) {
    this.#state = state;
    this.#model = model;
    this.#look = look;
  }

  /** Load the encoder, by encoding a picture of nothing. */
  async warm(): Promise<void> {
    if (this.encoder.peek().is === "ready") return;
    this.encoder.value = { is: "loading" };
    const nothing = new Uint8Array(this.#model.shape.reduce((a, b) => a * b, 1));
    try {
      await this.#model.encode(nothing, this.#state.condition.peek());
      this.encoder.value = { is: "ready" };
    } catch (error) {
      this.encoder.value = { is: "failed", why: messageOf(error) };
    }
  }

  changed(): void {
    this.pending.value = true;
    if (this.#busy) this.#again = true;
    else if (!this.#timer) this.#timer = window.setTimeout(() => void this.#follow(), pause);
  }

  /** Encode and decode, told something. */
  async analyse(seen: Uint8Array, told: Float32Array | null, origin: string): Promise<Analysis> {
    const { mu, logvar } = await this.#model.encode(seen, told);
    const reconstruction = await this.#model.decode(mu, told);
    return { seen, reconstruction, mu, logvar, told, origin, error: errorOf(seen, reconstruction) };
  }

  /** Let the stage show an analysis. */
  show(analysis: Analysis): void {
    this.analysis.value = analysis;
    go(this.#state, analysis.mu, analysis.origin, analysis.told);
  }

  async #follow(): Promise<void> {
    this.#timer = 0;
    this.#busy = true;
    this.#again = false;
    const look = this.#look();
    this.seen.value = look?.seen ?? null;
    try {
      if (look) this.show(await this.analyse(look.seen, this.#state.condition.peek(), look.origin));
      else this.analysis.value = null;
      if (look) this.encoder.value = { is: "ready" };
    } catch (error) {
      this.encoder.value = { is: "failed", why: messageOf(error) };
    }
    this.#busy = false;
    if (this.#again) this.changed();
    else this.pending.value = false;
  }
}
