import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { SiteManifest } from "../../site/manifest.js";
import type { Model } from "./model.js";
import type { Reference } from "./reference.js";

export const panels = ["map", "sliders", "morph", "draw", "grid", "arithmetic"] as const;
export type PanelName = (typeof panels)[number];

/** Something that does not work, and what does all the same. */
export interface Problem {
  what: string;
  still: string;
}

/** A code that was kept to be used elsewhere: a morph's stop, an end of a direction. */
export interface Keepsake {
  z: Float32Array;
  /** "row 17", "7", "drawn": for people. */
  name: string;
}

/** Problems that are told at the same time. */
const mostProblems = 4;
/** Stops that a morph takes. */
export const mostStops = 12;

/** Part of a sum of directions. */
export interface Term {
  /** Id of a direction: "label:7", "cluster:2", "selection". */
  direction: string;
  /** How much of it; 1 is the whole way. */
  amount: number;
}

export interface GridState {
  kind: "prior" | "cluster" | "manifold";
  /** Of samples. */
  count: number;
  /** Samples as every label, a row each. */
  allLabels: boolean;
  /** Group that is sampled. */
  cluster: number;
  /** Dimensions of the plane; null: the two of largest KL. */
  plane: { x: number; y: number } | null;
  /** Pictures a side. */
  size: number;
  /** Positions at the standard normal's quantiles, or evenly over the data's range; null: by the prior. */
  spread: "normal" | "data" | null;
}

export const firstGrid: GridState = {
  kind: "prior",
  count: 64,
  allLabels: false,
  cluster: 0,
  plane: null,
  size: 12,
  spread: null,
};

/** Everything that a link keeps is in these signals; what a panel alone needs is in the panel. */
export interface State {
  readonly site: SiteManifest;
  /** null until the decoder is there. */
  readonly model: Signal<Model | null>;
  /** null until the map's data are there. */
  readonly reference: Signal<Reference | null>;
  /** Whether they did not arrive, and will not. */
  readonly modelFailed: Signal<boolean>;
  readonly referenceFailed: Signal<boolean>;
  readonly problems: Signal<readonly Problem[]>;
  /** Something to know that is no problem; "" for nothing. */
  readonly notice: Signal<string>;
  /** Bytes of the decoder, while it loads. */
  readonly progress: Signal<{ loaded: number; total: number }>;

  /** The code that is looked at [latent]: a new array at each change, never written to. */
  readonly z: Signal<Float32Array>;
  /** What the model is told beside z, one row [classes] or [columns]; null for models that are told nothing. */
  readonly condition: Signal<Float32Array | null>;
  /** What the decoder makes of z: pixels [height, width, channels]; null before the first. */
  readonly picture: Signal<Uint8Array | null>;
  /** Where the code came from, in a few words: "row 17 of the data", "drawn by you", "sliders". */
  readonly origin: Signal<string>;

  readonly panel: Signal<PanelName>;
  /** Indices into the reference's lists. */
  readonly embedding: Signal<number>;
  readonly colouring: Signal<number>;
  /** Rows that are selected on the map, ascending. */
  readonly selection: Signal<readonly number[]>;
  /** Stops of the morph, in order. */
  readonly stops: Signal<readonly Keepsake[]>;
  readonly path: Signal<"linear" | "slerp" | "data">;
  /** 0 to 1 along the morph. */
  readonly at: Signal<number>;
  /** Dimensions that randomising and resetting leave alone. */
  readonly locks: Signal<readonly number[]>;
  readonly temperature: Signal<number>;
  readonly seed: Signal<number>;
  readonly grid: Signal<GridState>;
  readonly terms: Signal<readonly Term[]>;
  /** Where the arithmetic starts; null: the code of that moment. */
  readonly base: Signal<Float32Array | null>;
  /** Chosen by the reader; "auto" follows the system. */
  readonly theme: Signal<"auto" | "light" | "dark">;
  /** What is shown now. */
  readonly shade: ReadonlySignal<"light" | "dark">;
  /** For screen readers: what just happened. */
  readonly said: Signal<string>;
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");

export function createState(site: SiteManifest, latent: number): State {
  const system = signal(dark.matches);
  dark.addEventListener("change", () => {
    system.value = dark.matches;
  });
  const theme = signal<"auto" | "light" | "dark">("auto");
  return {
    site,
    model: signal(null),
    reference: signal(null),
    modelFailed: signal(false),
    referenceFailed: signal(false),
    problems: signal([]),
    notice: signal(""),
    progress: signal({ loaded: 0, total: 0 }),
    z: signal(new Float32Array(latent)),
    condition: signal(null),
    picture: signal(null),
    origin: signal(""),
    panel: signal("map"),
    embedding: signal(0),
    colouring: signal(0),
    selection: signal([]),
    stops: signal([]),
    path: signal("linear"),
    at: signal(0),
    locks: signal([]),
    temperature: signal(1),
    seed: signal(1),
    grid: signal(firstGrid),
    terms: signal([]),
    base: signal(null),
    theme,
    shade: computed(() => (theme.value === "auto" ? (system.value ? "dark" : "light") : theme.value)),
    said: signal(""),
  };
}

/** Look at another code. condition: told from now on, where it is given. */
export function go(
  state: State,
  z: Float32Array,
  origin: string,
  condition: Float32Array | null = state.condition.peek(),
): void {
  batch(() => {
    state.z.value = z;
    state.origin.value = origin;
    state.condition.value = condition;
  });
}

/** Look at a row of the reference, told its own label where the model is told labels. */
export function goToRow(state: State, row: number): void {
  const reference = state.reference.peek();
  if (!reference) return;
  const label = reference.labels?.[row];
  const own = label === undefined ? undefined : labelCondition(state, label);
  go(state, reference.codeOf(row).slice(), `${rowName(state, row)}`, own ?? state.condition.peek());
}

export function rowName(state: State, row: number, label = state.reference.peek()?.labels?.[row]): string {
  const what = state.site.reference.of === "prior" ? "draw" : "example";
  return label === undefined
    ? `${what} ${row}`
    : `${what} ${row}, ${state.site.labelName} ${className(state.site, label)}`;
}

export function className({ classes }: SiteManifest, label: number): string {
  return classes?.[label] ?? `${label}`;
}

/** A row [classes] that is 1 at the label; null where the model is not told labels. */
export function labelCondition(state: State, label: number): Float32Array | null {
  const kind = state.model.peek()?.manifest.condition;
  if (kind?.kind !== "labels") return null;
  const row = new Float32Array(kind.classes);
  row[label] = 1;
  return row;
}

/** Say that something does not work, once. */
export function report(state: State, what: string, still: string): void {
  const before = state.problems.peek();
  if (before.some((problem) => problem.what === what)) return;
  state.problems.value = [...before, { what, still }].slice(-mostProblems);
}

/** Say something to those who do not see the page. */
export function say(state: State, text: string): void {
  // The same words again are read again only where they are another text.
  state.said.value = state.said.peek() === text ? `${text}\u00a0` : text;
}
