import { centred } from "../../map/centred.js";
import type { Palettes } from "../../map/colours.js";
import { rowAt, rowsInside, rowTowards } from "../../map/find.js";
import { listenToKeys } from "../../map/keys.js";
import { count } from "../../map/numbers.js";
import { plotsOn } from "../../map/plots.js";
import { listenToPointers } from "../../map/pointer.js";
import { choice, chooser, tabs } from "./controls.js";
import { element } from "./dom.js";
import { keysHelp } from "./keys.js";
import { legendOf } from "./legend.js";
import { rowsOfMap } from "./map-rows.js";
import type { PageMap } from "./page-data.js";
import { selectionPanel } from "./selection.js";
import type { Shades } from "./shade.js";
import { stageOf } from "./stage.js";
import { thumbnailsOf } from "./thumbnails.js";

/** What the file holds for the map. */
export interface MapData {
  map: PageMap;
  /** For names of files. */
  name: string;
  palettes: Palettes;
}

/**
 * The interactive map, in `place`.
 * @throws where the browser cannot draw it
 */
export function startMap(place: HTMLElement, { map, name, palettes }: MapData, shades: Shades): void {
  const { rows, embeddings, colourings } = map;
  const known = rowsOfMap(map);
  const thumbnails = thumbnailsOf(map.thumbnails);
  /** Groups that are switched off, of each colouring. */
  const off = Array.from({ length: Math.max(1, colourings.length) }, () => new Set<number>());
  let embedding = 0;
  let colouring = 0;
  let tool: "move" | "lasso" = "move";
  let hidden = new Uint8Array(rows);
  let selected: number[] = [];
  let chosen: Uint8Array | null = null;
  /** The row that is pointed at; -1: none. */
  let current = -1;

  const stage = stageOf(rows, zoomMiddle, () => plots.current().reset());
  const { surface } = stage;
  const plots = plotsOn(surface, () => {
    if (current >= 0) point(current, false);
  });
  const said = element("p", { class: "said", role: "status" });
  const note = element("p", { class: "note" });
  const legend = element("div", { class: "legend-box" });
  const panel = element("div", { class: "selection-box" });
  const palette = () => palettes[shades.current()];
  const paint = () => known.paint(colouring);
  const colours = () => paint().colours(palette());

  function zoomMiddle(factor: number): void {
    plots.current().zoom(factor, surface.clientWidth / 2, surface.clientHeight / 2);
  }
  function point(row: number, say: boolean): void {
    current = row;
    surface.dataset.row = row < 0 ? "" : `${known.numberOf(row)}`;
    const plot = plots.current();
    const [x, y, depth] = row < 0 ? [-1, -1, 1] : plot.places().subarray(row * 3, row * 3 + 3);
    const inView = x! >= 0 && y! >= 0 && x! <= surface.clientWidth && y! <= surface.clientHeight;
    const radius = inView ? plot.diameter(depth!) / 2 + 3 : 0;
    stage.ring(inView ? x! : 0, inView ? y! : 0, radius);
    if (!inView) stage.tooltip.hide();
    if (row < 0) return;
    const title = known.titleOf(row);
    const lines = known.linesOf(row, colouring);
    if (inView) stage.tooltip.show({ picture: thumbnails.picture(row, 84), title, lines }, x!, y!, radius);
    if (say) said.textContent = [title, ...lines.map((line) => line.join(" "))].join(", ");
  }
  /** Exactly these rows; add: these too, or without this one where it is selected. */
  function select(list: readonly number[], add: boolean): void {
    const set = new Set(add ? selected : []);
    const away = list.length === 1 && set.delete(list[0]!);
    if (!away) for (const row of list) set.add(row);
    selected = [...set].sort((a, b) => a - b);
    chosen = selected.length > 0 ? new Uint8Array(rows) : null;
    for (const row of selected) chosen![row] = 1;
    said.textContent = selected.length === 0 ? "Nothing selected" : `${count(selected.length)} rows selected`;
    look();
    showSelection();
  }
  function showSelection(): void {
    const contents = selectionPanel({
      rows: selected,
      paint: paint(),
      colours: colours(),
      thumbnails,
      titleOf: known.titleOf,
      recordOf: (row) => known.recordOf(row, embedding),
      name,
      point: (row) => point(row, true),
      clear: () => select([], false),
    });
    panel.replaceChildren(element("h3", {}, "Selection"), contents);
  }
  function look(): void {
    const { index, grey } = paint();
    const without = off[colouring]!;
    hidden = new Uint8Array(rows);
    if (without.size > 0) for (let row = 0; row < rows; row++) hidden[row] = without.has(index[row]!) ? 1 : 0;
    if (current >= 0 && hidden[current]) point(-1, false);
    const { paper, grid: lines } = palette();
    plots.current().look({ index, grey, colours: colours(), hidden, chosen, paper, lines });
  }
  function recolour(): void {
    const title = element("h3", {}, paint().name || "Colour");
    legend.replaceChildren(title, legendOf(paint(), colours(), off[colouring]!, look));
    look();
    showSelection();
    if (current >= 0) point(current, false);
  }
  function open(which: number): void {
    const given = embeddings[which]!;
    const plot = plots.show(given.dimensions);
    embedding = which;
    plot.points(centred(known.coordinates(which), given));
    plot.gestures(tool === "move");
    point(-1, false);
    look();
    note.textContent = given.note;
    surface.dataset.dimensions = `${given.dimensions}`;
  }
  function openOrSay(which: number): void {
    try {
      open(which);
    } catch (error) {
      note.textContent = `This browser cannot draw it: ${error instanceof Error ? error.message : error}`;
    }
  }
  function step(direction: readonly [number, number]): void {
    const plot = plots.current();
    const [x, y] = [surface.clientWidth / 2, surface.clientHeight / 2];
    const next =
      current < 0
        ? rowAt(plot.places(), hidden, x, y, plot.diameter, Infinity)
        : rowTowards(plot.places(), hidden, current, direction);
    if (next >= 0) point(next, true);
  }

  listenToPointers(surface, {
    hover(at) {
      const plot = plots.current();
      const found = at ? rowAt(plot.places(), hidden, at.x, at.y, plot.diameter) : -1;
      if (found !== current) point(found, false);
      surface.classList.toggle("over", found >= 0);
    },
    click(x, y, add) {
      const plot = plots.current();
      const found = rowAt(plot.places(), hidden, x, y, plot.diameter, 14);
      point(found, true);
      select(found < 0 ? [] : [found], add);
    },
    draws(event) {
      const drawing = tool === "lasso" || event.shiftKey;
      if (drawing) plots.current().gestures(false);
      return drawing;
    },
    line(line, done, add) {
      stage.line(done ? [] : line);
      if (!done) return;
      plots.current().gestures(tool === "move");
      if (line.length >= 6) select(rowsInside(plots.current().places(), hidden, line), add);
    },
    pan: (x, y) => plots.current().pan(x, y),
    zoom: (factor, x, y) => plots.current().zoom(factor, x, y),
    elsewhere: () => plots.current().turns,
  });
  listenToKeys(surface, {
    step,
    move(x, y) {
      if (plots.current().turns) plots.current().turn(x, y);
      else plots.current().pan(-x, -y);
    },
    zoom: zoomMiddle,
    reset: () => plots.current().reset(),
    choose: () => current >= 0 && select([current], true),
    chooseAll() {
      const all = Array.from(hidden.keys()).filter((row) => !hidden[row]);
      select(all, false);
    },
    leave() {
      if (current >= 0) point(-1, false);
      else if (selected.length > 0) select([], false);
      else return false;
      return true;
    },
  });

  const names = embeddings.map(({ name: what, dimensions }) => `${what} ${dimensions}-D`);
  const toolbar = element("div", { class: "toolbar" }, tabs("Embedding", names, surface.id, openOrSay));
  if (colourings.length > 1) {
    const all = colourings.map(({ name: what }) => what);
    const choose = (which: number) => {
      colouring = which;
      recolour();
    };
    toolbar.append(chooser("Colour by", all, choose));
  }
  const tools = [
    { value: "move", text: "Move", title: "Drag to move or turn the map" },
    { value: "lasso", text: "Lasso", title: "Draw around points to select them (Shift + drag)" },
  ] as const;
  const useTool = (which: typeof tool) => {
    tool = which;
    surface.dataset.tool = which;
    plots.current().gestures(which === "move");
  };
  toolbar.append(choice("What dragging does", tools, useTool));
  const side = element("div", { class: "side" }, legend, panel);
  const body = element("div", { class: "map-body" }, stage.box, side);
  place.append(toolbar, body, note, keysHelp(), said);
  try {
    open(0);
  } catch (error) {
    place.replaceChildren();
    throw error;
  }
  recolour();
  shades.onChange(recolour);
}
