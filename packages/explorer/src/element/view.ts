import type { Manifest } from "@vaekit/infer/web";
import { paint } from "../page/core/paint.js";
import { button, type Control, chooser, make, slider } from "./controls.js";
import type { Decoding } from "./model.js";
import { type SliderRange, sliderRanges } from "./numbers.js";
import { styleSheet } from "./style.js";
import { mostOf } from "./told.js";

export interface ViewOptions {
  sliders: number;
  classes: readonly string[] | null;
  labelName: string;
}

/** What the reader does. */
export interface ViewActions {
  onCode(z: Float32Array): void;
  onLabel(label: number): void;
  onColumns(c: Float32Array): void;
  onNew(): void;
}

/** The element's inside: a canvas, a message over it, and controls. */
export class View {
  private readonly canvas = make("canvas");
  private readonly message = make("p", "message");
  private readonly controls = make("div", "controls");
  private codes: { range: SliderRange; control: Control }[] = [];
  private told: Control[] = [];
  private z: Float32Array | null = null;
  private condition: Float32Array | null = null;

  constructor(
    root: ShadowRoot,
    private readonly actions: ViewActions,
  ) {
    root.adoptedStyleSheets = [styleSheet()];
    const frame = make("div", "frame");
    this.canvas.width = this.canvas.height = 1;
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("part", "picture");
    this.message.setAttribute("part", "message");
    this.message.setAttribute("role", "status");
    this.controls.setAttribute("part", "controls");
    this.controls.hidden = true;
    frame.append(this.canvas, this.message);
    root.append(frame, this.controls);
  }

  name(text: string): void {
    this.canvas.setAttribute("aria-label", text);
  }

  /** Said over the picture; "" for nothing. */
  say(text: string): void {
    this.message.textContent = text;
  }

  /** Controls for this model; null: none. */
  build(manifest: Manifest | null, options: ViewOptions): void {
    this.controls.replaceChildren();
    this.controls.hidden = !manifest;
    this.codes = [];
    this.told = [];
    if (!manifest) return;
    this.told = this.toldControls(manifest, options);
    this.codes = sliderRanges(manifest, options.sliders).map((range) => ({
      range,
      control: slider(`Dimension ${range.dimension}`, range, (value) => {
        if (!this.z) return;
        const next = this.z.slice();
        next[range.dimension] = value;
        this.z = next;
        this.actions.onCode(next);
      }),
    }));
    const all = [...this.told, ...this.codes.map(({ control }) => control)];
    this.controls.append(...all.map(({ root }) => root), button("New", this.actions.onNew));
    this.showNumbers();
  }

  show({ z, pixels, shape }: Decoding, condition: Float32Array | null): void {
    paint(this.canvas, pixels, shape);
    this.z = z;
    this.condition = condition;
    this.showNumbers();
  }

  private toldControls({ condition }: Manifest, { classes, labelName }: ViewOptions): Control[] {
    if (!condition) return [];
    if (condition.kind === "labels") {
      const names = Array.from({ length: condition.classes }, (_, label) => classes?.[label] ?? `${label}`);
      return [chooser(labelName, names, (label) => this.actions.onLabel(label))];
    }
    const { names, mean, std } = condition;
    return names.map((name, i) =>
      slider(name, { min: mean[i]! - 3 * std[i]!, max: mean[i]! + 3 * std[i]! }, (value) => {
        const next = this.condition?.slice() ?? Float32Array.from(mean);
        next[i] = value;
        this.condition = next;
        this.actions.onColumns(next);
      }),
    );
  }

  private showNumbers(): void {
    const { z, condition } = this;
    if (z) for (const { range, control } of this.codes) control.show(z[range.dimension]!);
    if (!condition) return;
    // One list of labels, or a slider for each column.
    const values = this.told.length === condition.length ? condition : [mostOf(condition)];
    this.told.forEach((control, i) => {
      control.show(values[i]!);
    });
  }
}
