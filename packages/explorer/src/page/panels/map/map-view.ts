import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { count, hasWebgl, type Paint, type Plot, paintOf, plotsOn, rowAt } from "@vaekit/latent/map";
import { codeAt, placeOf } from "../../core/places.js";
import type { Embedding, Reference } from "../../core/reference.js";
import { go, goToRow, rowName, type State, say } from "../../core/state.js";
import { canvasPlot } from "./canvas-plot.js";
import { embeddingName, shownEmbedding } from "./embeddings.js";
import { type Frame, frameOf } from "./frame.js";
import { listen } from "./gestures.js";
import { makeOverlay, type Overlay } from "./overlay.js";
import { selectionWith } from "./selecting.js";

export type Tool = "explore" | "move" | "lasso";

/** The map's surface, which stays the same while the panel comes and goes, and what components show around it. */
export interface MapView {
  readonly surface: HTMLElement;
  readonly webgl: boolean;
  readonly tool: Signal<Tool>;
  /** On linear maps: mean of the nearest rows' codes between points, instead of the plane. */
  readonly near: Signal<boolean>;
  /** Groups that are switched off, of each colouring. */
  readonly off: Signal<readonly ReadonlySet<number>[]>;
  readonly paint: ReadonlySignal<Paint>;
  /** The row that is pointed at; -1: none. */
  readonly current: Signal<number>;
  /** Where it is on the surface; null when it is out of sight. */
  readonly spot: ReadonlySignal<{ x: number; y: number; radius: number } | null>;
  /** Where the pointer decodes now. */
  readonly dragging: Signal<{ x: number; y: number; touch: boolean } | null>;
  readonly overlay: Overlay;
  plot(): Plot;
  /** [rows]: 1 for those of groups that are switched off. */
  hidden(): Uint8Array;
  /** The row at a place; -1 for none. */
  rowAt(x: number, y: number, reach: number): number;
  /** Decode the place. */
  explore(x: number, y: number): void;
  goTo(row: number): void;
  point(row: number, aloud: boolean): void;
  select(rows: readonly number[], add: boolean): void;
  /** From the middle. */
  zoom(factor: number): void;
  /** Draw and follow, until what it returns is called; the surface is in the page. */
  start(): () => void;
}

const views = new WeakMap<Reference, MapView>();

/** One view for a page's reference. */
export function mapViewOf(state: State, reference: Reference): MapView {
  const view = views.get(reference) ?? makeMapView(state, reference);
  views.set(reference, view);
  return view;
}

function makeMapView(state: State, reference: Reference): MapView {
  const { rows, mu } = reference;
  const webgl = hasWebgl();
  const surface = document.createElement("div");
  surface.className = "map-surface";
  surface.tabIndex = 0;
  const attributes = {
    role: "application",
    "aria-label": `Map of ${count(rows)} ${reference.of === "prior" ? "draws" : "examples"}. Arrow keys step from point to point, Enter goes to one.`,
    "aria-description": "S selects a point, A selects all, 0 shows all points again, Escape lets go.",
  };
  for (const [name, value] of Object.entries(attributes)) surface.setAttribute(name, value);
  const overlay = makeOverlay();
  surface.append(overlay.element);

  const tool = signal<Tool>("explore");
  const near = signal(true);
  const off = signal<readonly ReadonlySet<number>[]>(reference.colourings.map(() => new Set<number>()));
  const current = signal(-1);
  const dragging = signal<MapView["dragging"]["value"]>(null);
  /** Another number after each frame that moved points. */
  const frames = signal(0);
  const moved = () => {
    frames.value = frames.peek() + 1;
  };
  const plots = plotsOn(surface, moved, webgl ? undefined : canvasPlot);
  const shown = computed(() => shownEmbedding(reference.embeddings, state.embedding.value, webgl));
  const paint = computed(() => paintOf(reference.colourings[state.colouring.value], rows));
  const hidden = computed(() => {
    const without = off.value[state.colouring.value];
    const { index } = paint.value;
    return Uint8Array.from(index, (group) => (without?.has(group) ? 1 : 0));
  });
  let opened = -1;
  let frame: Frame = { points: mu, dimensions: 2, toPlace: (at) => [...at], toPoint: (at) => [...at] };
  /** The last place that was decoded, as a map without inverse does not find it again. */
  let asked: { z: Float32Array; embedding: number; place: number[] } | null = null;

  const spot = computed(() => {
    void frames.value;
    const row = current.value;
    if (row < 0 || opened < 0) return null;
    const plot = plots.current();
    const [x, y, depth] = plot.places().subarray(row * 3, row * 3 + 3);
    const inView = x! >= 0 && y! >= 0 && x! <= surface.clientWidth && y! <= surface.clientHeight;
    return inView ? { x: x!, y: y!, radius: plot.diameter(depth!) / 2 + 3 } : null;
  });

  /** Show the embedding that is chosen, if another one is shown. */
  function open(): Embedding {
    const which = shown.value;
    const given = reference.embeddings[which]!;
    if (which === opened) return given;
    const dimensions = webgl ? given.dimensions : 2;
    const plot = plots.show(dimensions);
    frame = frameOf(given, dimensions);
    opened = which;
    // Who comes to a map in space wants to turn it first.
    if (dimensions === 3 && tool.peek() === "lasso") tool.value = "explore";
    plot.points(frame.points);
    surface.dataset.embedding = embeddingName(given);
    current.value = -1;
    return given;
  }
  function useTool(): void {
    open();
    const { turns, gestures } = plots.current();
    gestures(tool.value !== "lasso");
    surface.dataset.tool = turns && tool.value === "explore" ? "move" : tool.value;
  }
  function look(): void {
    open();
    const { index, grey, colours } = paint.value;
    const palette = state.site.palettes[state.shade.value];
    const selection = state.selection.value;
    const chosen = selection.length > 0 ? new Uint8Array(rows) : null;
    for (const row of selection) chosen![row] = 1;
    const { paper, grid: lines } = palette;
    plots
      .current()
      .look({ index, grey, colours: colours(palette), hidden: hidden.value, chosen, paper, lines });
  }
  function markPoint(): void {
    const row = current.value;
    surface.dataset.row = row < 0 ? "" : `${row}`;
    overlay.point(spot.value);
    if (row >= 0 && hidden.value[row]) current.value = -1;
  }
  const codePlace = computed(() => {
    const z = state.z.value;
    const given = reference.embeddings[shown.value]!;
    const own = asked?.z === z && asked.embedding === shown.peek() && given.kind === "neighbours";
    return own ? asked!.place : placeOf(reference, given, z);
  });
  function markCode(): void {
    open();
    void frames.value;
    overlay.code(plots.current().pixelOf(frame.toPoint(codePlace.value)));
  }
  const view: MapView = {
    surface,
    webgl,
    tool,
    near,
    off,
    paint,
    current,
    spot,
    dragging,
    overlay,
    plot: plots.current,
    hidden: () => hidden.peek(),
    rowAt(x, y, reach) {
      const plot = plots.current();
      return rowAt(plot.places(), hidden.peek(), x, y, plot.diameter, reach);
    },
    explore(x, y) {
      const point = plots
        .current()
        .placeAt(
          Math.max(0, Math.min(x, surface.clientWidth)),
          Math.max(0, Math.min(y, surface.clientHeight)),
        );
      if (!point) return;
      const given = reference.embeddings[shown.peek()]!;
      const place = frame.toPlace(point);
      // A map in space that is drawn flat keeps its third coordinate.
      if (given.dimensions > frame.dimensions) place.push(placeOf(reference, given, state.z.peek())[2]!);
      const plane = reference.latent <= given.dimensions || !near.peek();
      const z = codeAt(reference, given, place, !plane);
      asked = { z, embedding: shown.peek(), place };
      go(state, z, `dragged on the map ${embeddingName(given)}`);
    },
    goTo(row) {
      goToRow(state, row);
      say(state, `Now at ${rowName(state, row)}`);
    },
    point(row, aloud) {
      current.value = row;
      if (row < 0 || !aloud) return;
      say(state, [rowName(state, row), paint.peek().textOf(row)].filter((part) => part !== "").join(", "));
    },
    select(list, add) {
      const selection = selectionWith(state.selection.peek(), list, add);
      state.selection.value = selection;
      say(state, selection.length === 0 ? "Nothing selected" : `${count(selection.length)} selected`);
    },
    zoom: (factor) => plots.current().zoom(factor, surface.clientWidth / 2, surface.clientHeight / 2),
    start() {
      const ends = [useTool, look, markPoint, markCode].map((follow) => effect(follow));
      return () => {
        for (const end of ends) end();
        dragging.value = null;
        current.value = -1;
      };
    },
  };
  listen(state, view);
  return view;
}
