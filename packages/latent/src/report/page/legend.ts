import { count, short } from "../../map/numbers.js";
import type { Paint } from "../../map/paint.js";
import { button, element } from "./dom.js";

/** What the colours mean. Groups are switches; hidden: the groups that are switched off, changed in place. */
export function legendOf(
  paint: Paint,
  colours: readonly string[],
  hidden: Set<number>,
  changed: () => void,
): HTMLElement {
  if (!paint.groups) return scaleOf(paint, colours);
  const groups = paint.groups;
  const list = element("ul", { class: "legend" });
  const switches = groups.map(({ name, rows }, group) => {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = colours[group]!;
    const label = button("", { "aria-pressed": `${!hidden.has(group)}` }, () => {
      if (!hidden.delete(group)) hidden.add(group);
      update();
    });
    label.append(
      swatch,
      element("span", { class: "name", title: name }, name),
      element("span", { class: "number" }, count(rows)),
    );
    list.append(element("li", {}, label));
    return label;
  });
  const update = () => {
    for (const [group, label] of switches.entries())
      label.setAttribute("aria-pressed", `${!hidden.has(group)}`);
    changed();
  };
  const all = button("Show all", { class: "small" }, () => {
    hidden.clear();
    update();
  });
  const none = button("Hide all", { class: "small" }, () => {
    for (const group of groups.keys()) hidden.add(group);
    update();
  });
  const box = element("div", {}, list);
  if (groups.length > 1) box.append(element("div", { class: "row" }, all, none));
  return box;
}

function scaleOf({ name, range, missing }: Paint, colours: readonly string[]): HTMLElement {
  const [low, high] = range!;
  const bar = element("div", { class: "scale", role: "img", "aria-label": `${name} from ${low} to ${high}` });
  bar.style.background = `linear-gradient(to right, ${colours.slice(0, -1).join(", ")})`;
  const ends = element(
    "div",
    { class: "ends" },
    element("span", {}, short(low)),
    element("span", {}, short(high)),
  );
  const box = element("div", {}, bar, ends);
  if (missing > 0) {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = colours.at(-1)!;
    box.append(element("p", { class: "missing" }, swatch, `missing in ${count(missing)} rows`));
  }
  return box;
}
