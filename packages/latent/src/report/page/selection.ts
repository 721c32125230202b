import { count, short } from "../../map/numbers.js";
import type { Paint } from "../../map/paint.js";
import { button, element } from "./dom.js";
import { download } from "./download.js";
import { csv, type Field, json } from "./fields.js";
import type { Thumbnails } from "./thumbnails.js";

export interface SelectionView {
  rows: readonly number[];
  paint: Paint;
  colours: readonly string[];
  thumbnails: Thumbnails;
  titleOf(row: number): string;
  /** All that is known of a row, for files. */
  recordOf(row: number): Field[];
  /** For files: letters, digits, hyphens. */
  name: string;
  point(row: number): void;
  clear(): void;
}

const mostPictures = 60;

/** The panel of the selected rows: how many, of which groups, their pictures, and files of them. */
export function selectionPanel(view: SelectionView): HTMLElement {
  const { rows, name } = view;
  const box = element("div", { class: "selection" });
  if (rows.length === 0) {
    box.append(
      element(
        "p",
        { class: "hint" },
        "Nothing selected. Choose Lasso (or hold Shift) and draw around points; click a point for one.",
      ),
    );
    return box;
  }
  const records = () => rows.map(view.recordOf);
  box.append(
    element("p", {}, element("strong", {}, count(rows.length)), rows.length === 1 ? " row" : " rows"),
    view.paint.groups ? histogram(view) : spreadOf(view),
    element(
      "div",
      { class: "row" },
      button("CSV", { class: "small", "aria-label": "Download the selected rows as CSV" }, () =>
        download(`${name}-selected.csv`, "text/csv", csv(records())),
      ),
      button("JSON", { class: "small", "aria-label": "Download the selected rows as JSON" }, () =>
        download(`${name}-selected.json`, "application/json", json(records())),
      ),
      button("Clear", { class: "small" }, view.clear),
    ),
    pictures(view),
  );
  return box;
}

function histogram({ rows, paint, colours }: SelectionView): HTMLElement {
  const groups = paint.groups!;
  const counts = new Array<number>(groups.length).fill(0);
  for (const row of rows) counts[paint.index[row]!]!++;
  const most = Math.max(...counts);
  const list = element("ul", { class: "bars" });
  const order = Array.from(counts.keys()).filter((group) => counts[group]! > 0);
  order.sort((a, b) => counts[b]! - counts[a]!);
  for (const group of order) {
    const bar = element("span", { class: "bar" });
    bar.style.background = colours[group]!;
    bar.style.width = `${(100 * counts[group]!) / most}%`;
    list.append(
      element(
        "li",
        {},
        element("span", { class: "name", title: groups[group]!.name }, groups[group]!.name),
        element("span", { class: "track" }, bar),
        element("span", { class: "number" }, count(counts[group]!)),
      ),
    );
  }
  return list;
}

function spreadOf({ rows, paint }: SelectionView): HTMLElement {
  const numbers = Float64Array.from(rows, paint.numberOf)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const at = (share: number) => short(numbers[Math.round(share * (numbers.length - 1))] ?? Number.NaN);
  return element("p", {}, `${paint.name}: median ${at(0.5)}, from ${at(0)} to ${at(1)}`);
}

function pictures({ rows, thumbnails, titleOf, point }: SelectionView): HTMLElement {
  const box = element("div", { class: "pictures" });
  // Spread over the selection: rows are often in the order of a file.
  const shown = Math.min(rows.length, mostPictures);
  for (let i = 0; i < shown; i++) {
    const row = rows[Math.floor((i * rows.length) / shown)]!;
    const picture = thumbnails.picture(row, 40);
    if (!picture) continue;
    const tile = button("", { class: "tile", title: titleOf(row), "aria-label": titleOf(row) }, () =>
      point(row),
    );
    tile.append(picture);
    box.append(tile);
  }
  if (box.childElementCount === 0) box.hidden = true;
  const left = rows.length - shown;
  if (left > 0 && box.childElementCount > 0) {
    return element("div", {}, box, element("p", { class: "hint" }, `and ${count(left)} more`));
  }
  return box;
}
