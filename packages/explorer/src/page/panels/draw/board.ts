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
    this.past.value = [...this.past.peek(), this.drawing.peek()].slice(-mostSteps);
    this.#show({ ...this.drawing.peek(), ...next });
  }

  undo(): void {
    const last = this.past.peek().at(-1);
    if (!last) return;
    this.past.value = this.past.peek().slice(0, -1);
    this.#show(last);
  }

  clear(): void {
    this.draw({ ground: null, strokes: [], centre: this.#centresAtFirst });
  }

  /** Open a file as the ground; whether that worked. */
  async open(file: File): Promise<boolean> {
    try {
      const upload = await openUpload(file, this.shape, this.background.peek());
      const surface = await fitUpload(upload, this.shape, this.background.peek(), false);
      this.draw({
        ground: { surface, origin: `your picture ${upload.name}`, upload },
        strokes: [],
        centre: false,
      });
      this.complaint.value = "";
      return true;
    } catch (error) {
      this.complaint.value = `This file was not opened: ${messageOf(error)} What is here stays as it is. Choose a picture: PNG, JPEG, GIF, WebP or SVG.`;
      return false;
    }
  }

  /** Fit the reader's picture in another way; what was drawn on it stays. */
  async refit(change: Pick<Partial<Upload>, "fit" | "invert">): Promise<void> {
    const upload = this.drawing.peek().ground?.upload;
    if (upload) await this.#fit({ ...upload, ...change, inverted: false }, this.drawing.peek().centre);
  }

  async setCentre(centre: boolean): Promise<void> {
    const upload = this.drawing.peek().ground?.upload;
    if (upload) await this.#fit(upload, centre);
    else this.#show({ ...this.drawing.peek(), centre });
  }

  get #centresAtFirst(): boolean {
    const [height, width] = this.shape;
    return this.canCentre && height === 28 && width === 28;
  }

  async #fit(upload: Upload, centre: boolean): Promise<void> {
    const surface = await fitUpload(upload, this.shape, this.background.peek(), centre);
    const drawing = this.drawing.peek();
    if (drawing.ground) this.#show({ ...drawing, centre, ground: { ...drawing.ground, surface, upload } });
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
