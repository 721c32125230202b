import { type Decoder, type Decoding, decoderAt } from "./model.js";
import { namesOf, numbersOf } from "./numbers.js";
import { conditionRow, mostOf } from "./told.js";
import { View } from "./view.js";

/** How far from being seen an element starts to load. */
const margin = "200px";
const usualSliders = 3;
/** Properties that a page may have set before this script arrived. */
const properties = [
  "src",
  "z",
  "label",
  "c",
  "seed",
  "temperature",
  "sliders",
  "noControls",
  "classes",
  "labelName",
  "alt",
] as const;

/** <vae-decoder src="digits/">: a picture that a bundle's decoder makes, with sliders. Attributes: docs/deploy.md */
export class VaeDecoder extends HTMLElement {
  static readonly observedAttributes = [
    "src",
    "z",
    "label",
    "c",
    "seed",
    "temperature",
    "sliders",
    "no-controls",
    "classes",
    "label-name",
    "alt",
  ];

  private readonly view: View;
  private readonly observer: IntersectionObserver;
  private decoder: Decoder | null = null;
  /** The code that is wanted, as numbers or as the attribute's text; null: a draw from the prior. */
  private wanted: Float32Array | string | null = null;
  private shown: Decoding | null = null;
  /** Connected once, so that attributes that come later are changes. */
  private ready = false;
  /** It is, or was, in view. */
  private started = false;
  /** A picture will be made at the end of this task. */
  private due = false;
  /** Of several pictures under way the last one is shown. */
  private turn = 0;

  constructor() {
    super();
    this.view = new View(this.attachShadow({ mode: "open" }), {
      onCode: (z) => {
        this.z = z;
      },
      onLabel: (label) => {
        this.label = label;
      },
      onColumns: (c) => {
        this.c = c;
      },
      onNew: () => void this.sample().catch(() => {}),
    });
    this.observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        this.observer.disconnect();
        this.started = true;
        this.request();
      },
      { rootMargin: margin },
    );
  }

  connectedCallback(): void {
    if (!this.ready) {
      this.ready = true;
      for (const name of properties) this.takeOver(name);
      this.wanted ??= this.getAttribute("z");
      this.name(null);
    }
    if (!this.started) this.observer.observe(this);
  }

  disconnectedCallback(): void {
    this.observer.disconnect();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.ready || before === now) return;
    if (name === "src") {
      this.decoder = null;
      this.shown = null;
      this.wanted = this.getAttribute("z");
    }
    if (name === "z") this.wanted = now;
    if (name === "seed") this.wanted = null;
    if (this.decoder && /^(sliders|no-controls|classes|label-name)$/.test(name)) this.build(this.decoder);
    this.request();
  }

  get src(): string {
    return this.getAttribute("src") ?? "";
  }
  set src(value: string) {
    this.setAttribute("src", value);
  }

  /** The code that is shown, or will be [latent]; null before the first draw. */
  get z(): Float32Array | null {
    const given = typeof this.wanted === "object" ? this.wanted : null;
    return (given ?? this.shown?.z)?.slice() ?? null;
  }
  set z(value: ArrayLike<number> | null) {
    this.wanted = value && Float32Array.from(value);
    this.request();
  }

  get label(): string | null {
    return this.getAttribute("label");
  }
  set label(value: string | number | null) {
    this.write("label", value);
  }

  /** One row of labels' shares or of columns. */
  get c(): Float32Array | null {
    const text = this.getAttribute("c");
    return text === null ? null : numbersOf(text, text.split(",").length);
  }
  set c(value: ArrayLike<number> | null) {
    this.write("c", value && Array.from(value).join(","));
  }

  get seed(): number {
    return Number(this.getAttribute("seed") ?? 0);
  }
  set seed(value: number) {
    this.write("seed", value);
  }

  get temperature(): number {
    return Number(this.getAttribute("temperature") ?? 1);
  }
  set temperature(value: number) {
    this.write("temperature", value);
  }

  get sliders(): number {
    const count = Number(this.getAttribute("sliders") ?? usualSliders);
    return count >= 0 ? Math.floor(count) : usualSliders;
  }
  set sliders(value: number) {
    this.write("sliders", value);
  }

  get noControls(): boolean {
    return this.hasAttribute("no-controls");
  }
  set noControls(value: boolean) {
    this.toggleAttribute("no-controls", value);
  }

  get classes(): string[] | null {
    return namesOf(this.getAttribute("classes"));
  }
  set classes(value: readonly string[] | null) {
    this.write("classes", value?.join(",") ?? null);
  }

  get labelName(): string {
    return this.getAttribute("label-name") ?? "Label";
  }
  set labelName(value: string) {
    this.write("label-name", value);
  }

  get alt(): string {
    return this.getAttribute("alt") ?? "Decoded picture";
  }
  set alt(value: string) {
    this.write("alt", value);
  }

  /** Decode and show: z [latent]. @throws Error when the model cannot be loaded, or z is of another length */
  decode(z: ArrayLike<number>): Promise<Decoding> {
    this.wanted = Float32Array.from(z);
    return this.render();
  }

  /** Decode and show a draw from the prior: another at each call, the same for the same seed. */
  sample(seed = crypto.getRandomValues(new Uint32Array(1))[0]!): Promise<Decoding> {
    this.due = true;
    this.seed = seed;
    this.due = false;
    this.wanted = null;
    return this.render();
  }

  private write(name: string, value: string | number | null): void {
    if (value === null) this.removeAttribute(name);
    else this.setAttribute(name, `${value}`);
  }

  /** What was set on the element before it was this class hides the accessors. */
  private takeOver(name: (typeof properties)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }

  private request(): void {
    if (!this.started || this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      this.render().catch(() => {});
    });
  }

  /** Make the picture that is wanted now, and show it unless a later one was asked for. */
  private async render(): Promise<Decoding> {
    this.started = true;
    this.turn += 1;
    const { turn, wanted } = this;
    try {
      const decoder = this.decoder ?? (await this.load());
      const condition = conditionRow(decoder.manifest, {
        label: this.label,
        c: this.getAttribute("c"),
        classes: this.getAttribute("classes"),
      });
      const decoding = await (wanted === null
        ? decoder.sample(this.seedGiven(), this.temperature, condition)
        : decoder.decode(codeOf(wanted, decoder.manifest.latent), condition));
      if (turn !== this.turn) return decoding;
      this.view.say("");
      this.view.show(decoding, condition);
      this.shown = decoding;
      this.name(decoder.manifest.condition?.kind === "labels" ? condition : null);
      const { z, pixels, shape } = decoding;
      const detail = { z: z.slice(), pixels: pixels.slice(), shape };
      this.dispatchEvent(new CustomEvent("decode", { detail, bubbles: true }));
      return decoding;
    } catch (error) {
      if (turn === this.turn) {
        const { message } = error as Error;
        this.view.say(message);
        this.dispatchEvent(new ErrorEvent("error", { message, error }));
      }
      throw error;
    }
  }

  private async load(): Promise<Decoder> {
    const { src } = this;
    if (!src) throw new Error('<vae-decoder> has no src: give it the folder of a bundle, src="digits/"');
    this.view.say("Loading …");
    const decoder = await decoderAt(src);
    if (src === this.src && this.decoder !== decoder) {
      this.decoder = decoder;
      this.build(decoder);
    }
    return decoder;
  }

  private build({ manifest }: Decoder): void {
    this.view.build(this.noControls ? null : manifest, this);
  }

  private seedGiven(): number {
    if (Number.isSafeInteger(this.seed) && this.seed >= 0) return this.seed;
    throw new Error(`seed must be an integer of at least 0, got "${this.getAttribute("seed")}"`);
  }

  private name(labels: Float32Array | null): void {
    const label = labels && mostOf(labels);
    const told = label === null ? "" : `, ${this.labelName} ${this.classes?.[label] ?? label}`;
    this.view.name(`${this.alt}${told}`);
  }
}

function codeOf(wanted: Float32Array | string, latent: number): Float32Array {
  const code = typeof wanted === "string" ? numbersOf(wanted, latent) : wanted;
  if (code?.length === latent && code.every(Number.isFinite)) return code;
  const got = typeof wanted === "string" ? `"${wanted}"` : `${wanted.length} of them`;
  throw new Error(
    `z must be ${latent} numbers${typeof wanted === "string" ? " with commas between them" : ""}, got ${got}`,
  );
}
