import { batch, type Signal, signal } from "@preact/signals";
import type { Picture } from "@vaekit/infer/web";
import { messageOf } from "../../core/decode-loop.js";
import { Brush, blankSurface, type Colour, type Stroke, withStrokes } from "./surface.js";
import { fitUpload, openUpload, type Upload } from "./upload.js";

/** What strokes are drawn on: a picture of the reader's, or an example. */
export interface Ground {
  surface: Picture;
  /** Where a code of it comes from: "your picture 7.png". */
  origin: string;
  upload: Upload | null;
}

export interface Drawing {
  /** null: nothing but the background. */
  ground: Ground | null;
  strokes: readonly Stroke[];
  /** Whether the model sees it moved and scaled as MNIST's digits were. */
  centre: boolean;
}

const mostSteps = 100;

/** The drawing and how it came about; `changed` is called after each change, also within a stroke. */
export class Board {
  readonly drawing: Signal<Drawing> = signal({ ground: null, strokes: [], centre: false });
  readonly past: Signal<readonly Drawing[]> = signal([]);
  /** Another object after each change but those within a stroke, which change its pixels and count up `touches`. */
  readonly surface: Signal<Picture>;
  readonly touches = signal(0);
  /** Of the last file that did not open; "" for none. */
  readonly complaint = signal("");
  readonly background: Signal<Colour> = signal([0, 0, 0]);
  /** Height, width, channels. */
  readonly shape: readonly number[];
  readonly #changed: () => void;
  /** Counts what replaces the ground: what took longer to open than something later is not wanted any more. */
  #turn = 0;
  /** How the upload is being fitted now. */
  #fitting: { upload: Upload; centre: boolean } | null = null;
  #stroke: (Stroke & { points: number[] }) | null = null;
  #brush: Brush | null = null;

  constructor(shape: readonly number[], changed: () => void) {
    this.shape = shape;
    this.#changed = changed;
    this.surface = signal(blankSurface(shape, [0, 0, 0]));
    this.setBackground([0, 0, 0]);
  }

  /** Subscribes to what it depends on. */
  get isEmpty(): boolean {
    const { ground, strokes } = this.drawing.value;
    return ground === null && strokes.length === 0 && this.touches.value === 0;
  }

  /** Where a code of what is there comes from, in a few words. */
  get origin(): string {
    const { ground, strokes } = this.drawing.peek();
    if (!ground) return "drawn by you";
    return strokes.length > 0 ? `${ground.origin}, drawn over` : ground.origin;
  }

  /** Whether centring is of use: one channel, bright on dark. */
  get canCentre(): boolean {
    return this.shape[2] === 1 && this.background.value[0] < 128;
  }

  setBackground(colour: Colour): void {
    this.background.value = colour;
    const drawing = this.drawing.peek();
    this.#show(this.isEmpty ? { ...drawing, centre: this.#centresAtFirst } : drawing);
  }

  begin(x: number, y: number, radius: number, colour: Colour | null): void {
    this.end();
    this.#stroke = { points: [], radius, colour };
    this.#brush = new Brush(this.surface.peek(), radius, colour ?? this.background.peek());
    this.extend([[x, y]]);
  }

  extend(points: readonly (readonly [x: number, y: number])[]): void {
    if (!this.#stroke || !this.#brush || points.length === 0) return;
    for (const [x, y] of points) {
      this.#stroke.points.push(x, y);
      this.#brush.to(x, y);
    }
    this.touches.value++;
    this.#changed();
  }

  end(): void {
    const stroke = this.#stroke;
    if (!stroke) return;
    this.#stroke = null;
    this.#brush = null;
    this.draw({ strokes: [...this.drawing.peek().strokes, stroke] });
  }

  /** Change the drawing, so that undo comes back to what it is now. */
  draw(next: Partial<Drawing>): void {
    if (next.ground !== undefined) this.#begin();
    this.#put(next);
  }

  /** Draw what is on its way once it is there; whether nothing later has taken its place meanwhile. */
  async drawOnce(coming: Promise<Partial<Drawing>>): Promise<boolean> {
    const turn = this.#begin();
    const next = await coming;
    if (turn !== this.#turn) return false;
    this.draw(next);
    return true;
  }

  undo(): void {
    this.#begin();
    const last = this.past.peek().at(-1);
    if (!last) return;
    this.past.value = this.past.peek().slice(0, -1);
    this.#show(last);
  }

  clear(): void {
    this.draw({ ground: null, strokes: [], centre: this.#centresAtFirst });
  }

  /** Open a file as the ground; whether that worked, and no later one was opened meanwhile. */
  async open(file: File): Promise<boolean> {
    const opening = this.drawOnce(this.#opened(file));
    const turn = this.#turn;
    try {
      const drawn = await opening;
      if (drawn) this.complaint.value = "";
      return drawn;
    } catch (error) {
      if (turn !== this.#turn) return false;
      this.complaint.value = `This file was not opened: ${messageOf(error)} What is here stays as it is. Choose a picture: PNG, JPEG, GIF, WebP or SVG.`;
      return false;
    }
  }

  /** Fit the reader's picture in another way; what was drawn on it stays. */
  async refit(change: Pick<Partial<Upload>, "fit" | "invert">): Promise<void> {
    await this.#fit(({ upload, centre }) => ({ upload: { ...upload, ...change, inverted: false }, centre }));
  }

  async setCentre(centre: boolean): Promise<void> {
    if (this.drawing.peek().ground?.upload) await this.#fit(({ upload }) => ({ upload, centre }));
    else this.draw({ centre });
  }

  get #centresAtFirst(): boolean {
    const [height, width] = this.shape;
    return this.canCentre && height === 28 && width === 28;
  }

  async #opened(file: File): Promise<Drawing> {
    const upload = await openUpload(file, this.shape, this.background.peek());
    const surface = await fitUpload(upload, this.shape, this.background.peek(), false);
    return {
      ground: { surface, origin: `your picture ${upload.name}`, upload },
      strokes: [],
      centre: false,
    };
  }

  /** change: from how it is fitted, or is about to be */
  async #fit(
    change: (now: { upload: Upload; centre: boolean }) => { upload: Upload; centre: boolean },
  ): Promise<void> {
    const { ground, centre } = this.drawing.peek();
    if (!ground?.upload) return;
    const wanted = change(this.#fitting ?? { upload: ground.upload, centre });
    this.#fitting = wanted;
    try {
      const surface = await fitUpload(wanted.upload, this.shape, this.background.peek(), wanted.centre);
      if (this.#fitting !== wanted) return;
      this.#put({ ground: { ...ground, surface, upload: wanted.upload }, centre: wanted.centre });
    } catch (error) {
      if (this.#fitting !== wanted) return;
      this.complaint.value = `${wanted.upload.name} could not be read again: ${messageOf(error)} It stays as it was fitted. Choose the file again.`;
    }
    this.#fitting = null;
  }

  /** What was on its way is not awaited any more. */
  #begin(): number {
    this.#fitting = null;
    return ++this.#turn;
  }

  #put(next: Partial<Drawing>): void {
    this.past.value = [...this.past.peek(), this.drawing.peek()].slice(-mostSteps);
    this.#show({ ...this.drawing.peek(), ...next });
  }

  #show(drawing: Drawing): void {
    const background = this.background.peek();
    const ground = drawing.ground?.surface ?? blankSurface(this.shape, background);
    batch(() => {
      this.drawing.value = drawing;
      this.touches.value = 0;
      this.surface.value = withStrokes(ground, drawing.strokes, background);
    });
    this.#changed();
  }
}
