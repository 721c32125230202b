import type { Palettes } from "./colours.js";
import { choice, chooser, tabs } from "./controls.js";
import { button, count, element, shape } from "./dom.js";
import { rowAt, rowsInside, rowTowards } from "./find.js";
import { legendOf } from "./legend.js";
import type { PageMap } from "./page-data.js";
import { type Paint, paintOf, plainPaint } from "./paint.js";
import type { Plot } from "./plot.js";
import { deepPlot } from "./plot-deep.js";
import { flatPlot } from "./plot-flat.js";
import { listenToPointers } from "./pointer.js";
import { selectionPanel } from "./selection.js";
import type { Shades } from "./shade.js";
import { thumbnailsOf } from "./thumbnails.js";
import { tooltipIn } from "./tooltip.js";
import { centred, unpackEmbedding, unpackIntegers } from "./unpack.js";

const directions: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

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
  const { rows } = map;
  const palette = () => palettes[shades.current()];
  const coordinates = map.embeddings.map((embedding) => unpackEmbedding(embedding));
  const paints: (Paint | undefined)[] = [];
  const index = map.index === undefined ? null : unpackIntegers(map.index);
  const thumbnails = thumbnailsOf(map.thumbnails);
  const off = map.colourings.map(() => new Set<number>());
  const nothingOff = new Set<number>();

  let embedding = 0;
  let colouring = 0;
  let hidden = new Uint8Array(rows);
  let chosen: Uint8Array | null = null;
  let selected: number[] = [];
  let current = -1;
  let tool: "move" | "lasso" = "move";

  const surface = element("div", {
    class: "surface",
    id: "map-surface",
    tabindex: "0",
    role: "application",
    "aria-label": `Map of ${count(rows)} rows. Arrow keys step from point to point, Enter selects.`,
    "aria-describedby": "map-keys",
  });
  const overlay = shape("svg", { class: "overlay", "aria-hidden": "true" });
  const ring = shape("circle", { class: "ring", r: "0" });
  const lasso = shape("path", { class: "lasso" });
  overlay.append(lasso, ring);
  const said = element("p", { class: "said", role: "status" });
  const stage = element("div", { class: "stage" }, surface);
  surface.append(overlay);
  const tooltip = tooltipIn(stage);
  const note = element("p", { class: "note" });
  const legend = element("div", { class: "legend-box" });
  const panel = element("div", { class: "selection-box" });

  let flat: Plot | null = null;
  let deep: Plot | null = null;
  const plot = (): Plot => {
    if (map.embeddings[embedding]!.dimensions === 2) {
      flat ??= added(flatPlot(moved));
      return flat;
    }
    deep ??= added(deepPlot(surface, moved));
    return deep;
  };
  const added = (made: Plot): Plot => {
    surface.prepend(made.canvas);
    made.resize(surface.clientWidth, surface.clientHeight);
    return made;
  };
  const paint = (): Paint => {
    const known = paints[colouring];
    if (known) return known;
    const given = map.colourings[colouring];
    const made = given ? paintOf(given, rows) : plainPaint(rows);
    paints[colouring] = made;
    return made;
  };
  const colours = () => paint().colours(palette());
  const switchedOff = () => off[colouring] ?? nothingOff;
  const numberOf = (row: number) => index?.[row] ?? row;
  const titleOf = (row: number) => {
    const id = map.ids?.[row];
    return id === undefined ? `Row ${numberOf(row)}` : `Row ${numberOf(row)}: ${id}`;
  };
  const paintsOfAll = () => map.colourings.map((given, i) => (paints[i] ??= paintOf(given, rows)));
  const linesOf = (row: number) => {
    const all = paintsOfAll();
    const first = paint();
    return [first, ...all.filter((other) => other !== first)]
      .filter(({ name: what }) => what !== "")
      .slice(0, 5)
      .map((other): [string, string] => [other.name, other.textOf(row)]);
  };
  const recordOf = (row: number) => {
    const record: Record<string, string | number> = { row: numberOf(row) };
    if (map.ids) record.id = map.ids[row]!;
    for (const other of paintsOfAll()) record[other.name] = other.valueOf(row);
    const { name: what, dimensions } = map.embeddings[embedding]!;
    for (let axis = 0; axis < dimensions; axis++) {
      record[`${what} ${axis + 1}`] = Number(
        coordinates[embedding]![row * dimensions + axis]!.toPrecision(6),
      );
    }
    return record;
  };

  function moved(): void {
    if (current >= 0) point(current, false);
  }
  /** Show which row is pointed at; -1: none. */
  function point(row: number, say: boolean): void {
    current = row;
    surface.dataset.row = row < 0 ? "" : `${numberOf(row)}`;
    if (row < 0) {
      ring.setAttribute("r", "0");
      tooltip.hide();
      return;
    }
    const places = plot().places();
    const [x, y, depth] = [places[row * 3]!, places[row * 3 + 1]!, places[row * 3 + 2]!];
    const inView = x >= 0 && y >= 0 && x <= surface.clientWidth && y <= surface.clientHeight;
    const radius = inView ? plot().diameter(depth) / 2 + 3 : 0;
    ring.setAttribute("cx", `${inView ? x : 0}`);
    ring.setAttribute("cy", `${inView ? y : 0}`);
    ring.setAttribute("r", `${radius}`);
    const lines = linesOf(row);
    if (inView) {
      tooltip.show({ picture: thumbnails.picture(row, 84), title: titleOf(row), lines }, x, y, radius);
    } else tooltip.hide();
    if (say) said.textContent = [titleOf(row), ...lines.map((line) => line.join(" "))].join(", ");
  }
  function select(list: number[], add: boolean): void {
    const set = new Set(add ? selected : []);
    for (const row of list) {
      if (add && list.length === 1 && set.has(row)) set.delete(row);
      else set.add(row);
    }
    selected = [...set].sort((a, b) => a - b);
    chosen = null;
    if (selected.length > 0) {
      chosen = new Uint8Array(rows);
      for (const row of selected) chosen[row] = 1;
    }
    said.textContent = selected.length === 0 ? "Nothing selected" : `${count(selected.length)} rows selected`;
    look();
    showSelection();
  }
  function showSelection(): void {
    panel.replaceChildren(
      element("h3", {}, "Selection"),
      selectionPanel({
        rows: selected,
        paint: paint(),
        colours: colours(),
        thumbnails,
        titleOf,
        recordOf,
        name,
        point: (row) => point(row, true),
        clear: () => select([], false),
      }),
    );
  }
  function look(): void {
    const { index: groups, grey } = paint();
    hidden = new Uint8Array(rows);
    const without = switchedOff();
    if (without.size > 0)
      for (let row = 0; row < rows; row++) hidden[row] = without.has(groups[row]!) ? 1 : 0;
    if (current >= 0 && hidden[current]) point(-1, false);
    plot().look({
      index: groups,
      grey,
      colours: colours(),
      hidden,
      chosen,
      paper: palette().paper,
      lines: palette().grid,
    });
  }
  function recolour(): void {
    const title = paint().name === "" ? "Colour" : paint().name;
    legend.replaceChildren(element("h3", {}, title), legendOf(paint(), colours(), switchedOff(), look));
    look();
    showSelection();
    if (current >= 0) point(current, false);
  }
  function open(which: number): void {
    embedding = which;
    point(-1, false);
    const shown = plot();
    for (const other of [flat, deep]) {
      if (!other) continue;
      other.canvas.hidden = other !== shown;
      other.gestures(other === shown && tool === "move");
    }
    const given = map.embeddings[embedding]!;
    surface.dataset.embedding = given.name;
    surface.dataset.dimensions = `${given.dimensions}`;
    shown.points(centred(coordinates[embedding]!, given));
    look();
    note.textContent = given.note;
  }
  function tryToOpen(which: number): void {
    const before = embedding;
    try {
      open(which);
    } catch (error) {
      embedding = before;
      note.textContent = `This browser cannot draw it: ${error instanceof Error ? error.message : error}`;
    }
  }
  function useTool(which: "move" | "lasso"): void {
    tool = which;
    surface.dataset.tool = which;
    plot().gestures(which === "move");
  }

  listenToPointers(surface, {
    hover(at) {
      const found = at ? rowAt(plot().places(), hidden, at.x, at.y, plot().diameter) : -1;
      if (found !== current) point(found, false);
      surface.classList.toggle("over", found >= 0);
    },
    click(x, y, add) {
      const found = rowAt(plot().places(), hidden, x, y, plot().diameter, 14);
      point(found, true);
      select(found < 0 ? [] : [found], add);
    },
    draws(event) {
      const drawing = tool === "lasso" || event.shiftKey;
      if (drawing) plot().gestures(false);
      return drawing;
    },
    line(line, done, add) {
      const path = line.length < 4 ? "" : `M${line.join(" ")}${done ? "" : "Z"}`;
      lasso.setAttribute("d", done ? "" : path);
      if (!done) return;
      plot().gestures(tool === "move");
      if (line.length >= 6) select(rowsInside(plot().places(), hidden, line), add);
    },
    pan: (x, y) => plot().pan(x, y),
    zoom: (factor, x, y) => plot().zoom(factor, x, y),
    elsewhere: () => plot().turns,
  });
  surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = directions[event.key];
    const { clientWidth: width, clientHeight: height } = surface;
    if (direction && event.shiftKey) {
      if (plot().turns) plot().turn(direction[0] * 40, direction[1] * 40);
      else plot().pan(-direction[0] * 40, -direction[1] * 40);
    } else if (direction) step(direction);
    else if (event.key === "+" || event.key === "=") plot().zoom(1.3, width / 2, height / 2);
    else if (event.key === "-") plot().zoom(1 / 1.3, width / 2, height / 2);
    else if (event.key === "0") plot().reset();
    else if (event.key === "Enter" || event.key === " ") {
      if (current >= 0) select([current], true);
    } else if (event.key === "a") select(everyShown(), false);
    else if (event.key === "Escape") {
      if (current >= 0) point(-1, false);
      else if (selected.length > 0) select([], false);
      else return;
    } else return;
    event.preventDefault();
  });
  function everyShown(): number[] {
    return Array.from(hidden.keys()).filter((row) => !hidden[row]);
  }
  function step(direction: readonly [number, number]): void {
    const { clientWidth: width, clientHeight: height } = surface;
    const places = plot().places();
    if (current < 0) point(rowAt(places, hidden, width / 2, height / 2, plot().diameter, 1e9), true);
    else {
      const next = rowTowards(places, hidden, current, direction);
      if (next >= 0) point(next, true);
    }
  }

  const names = map.embeddings.map(({ name: what, dimensions }) => `${what} ${dimensions}-D`);
  const toolbar = element("div", { class: "toolbar" });
  toolbar.append(tabs("Embedding", names, "map-surface", tryToOpen));
  if (map.colourings.length > 1) {
    toolbar.append(
      chooser(
        "Colour by",
        map.colourings.map(({ name: what }) => what),
        (which) => {
          colouring = which;
          recolour();
        },
      ),
    );
  }
  toolbar.append(
    choice(
      "What dragging does",
      [
        { value: "move", text: "Move", title: "Drag to move or turn the map" },
        { value: "lasso", text: "Lasso", title: "Draw around points to select them (Shift + drag)" },
      ],
      useTool,
    ),
  );
  const zoomMiddle = (factor: number) =>
    plot().zoom(factor, surface.clientWidth / 2, surface.clientHeight / 2);

  stage.append(
    element(
      "div",
      { role: "group", "aria-label": "View", class: "view" },
      button("+", { "aria-label": "Zoom in", title: "Zoom in" }, () => zoomMiddle(1.5)),
      button("−", { "aria-label": "Zoom out", title: "Zoom out" }, () => zoomMiddle(1 / 1.5)),
      button("⤢", { "aria-label": "Show all points again", title: "Show all points again" }, () =>
        plot().reset(),
      ),
    ),
  );
  place.append(
    toolbar,
    element("div", { class: "map-body" }, stage, element("div", { class: "side" }, legend, panel)),
    note,
    keys(),
    said,
  );
  try {
    open(0);
  } catch (error) {
    place.replaceChildren();
    throw error;
  }
  useTool("move");
  recolour();
  new ResizeObserver(() => {
    // Not there, as on paper.
    if (surface.clientWidth === 0 || surface.clientHeight === 0) return;
    for (const each of [flat, deep]) each?.resize(surface.clientWidth, surface.clientHeight);
  }).observe(surface);
  shades.onChange(recolour);
}

function keys(): HTMLElement {
  const rows: [string, string][] = [
    ["Drag", "move the map, or turn it in 3-D"],
    ["Wheel, two fingers, + and −", "zoom"],
    ["Shift + drag, or Lasso", "select the points inside a line; with Ctrl or ⌘ they are added"],
    ["Click, Enter", "select the point; Esc lets go"],
    ["Arrow keys", "step to the next point that way; with Shift they move or turn the map"],
    ["a, 0", "select all points that are shown; show all again"],
  ];
  const list = element("dl");
  for (const [key, what] of rows) list.append(element("dt", {}, key), element("dd", {}, what));
  return element(
    "details",
    { class: "keys", id: "map-keys" },
    element("summary", {}, "Mouse, fingers and keys"),
    list,
  );
}
