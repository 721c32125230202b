import { element } from "./dom.js";

const help: readonly [key: string, what: string][] = [
  ["Drag", "move the map, or turn it in 3-D"],
  ["Wheel, two fingers, + and −", "zoom"],
  ["Shift + drag, or Lasso", "select the points inside a line; with Ctrl or ⌘ they are added"],
  ["Click, Enter", "select the point; Esc lets go"],
  ["Arrow keys", "step to the next point that way; with Shift they move or turn the map"],
  ["a, 0", "select all points that are shown; show all again"],
];

export function keysHelp(): HTMLElement {
  const list = element("dl");
  for (const [key, what] of help) list.append(element("dt", {}, key), element("dd", {}, what));
  return element("details", { class: "keys" }, element("summary", {}, "Mouse, fingers and keys"), list);
}
