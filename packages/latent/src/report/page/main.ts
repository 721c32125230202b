/*! This page holds twgl.js (c) 2015-2019 Gregg Tavares, under the MIT licence. */
import { hasWebgl } from "../../map/webgl.js";
import { dressFigures } from "./figure-fonts.js";
import { followSections, openFigures } from "./figures.js";
import { type MapData, startMap } from "./map.js";
import { type Shades, shades } from "./shade.js";

const current = shades();
switchShades(current);
openFigures();
followSections();
const place = document.getElementById("map-place");
const data = document.getElementById("map-data");
if (place && data) showMap(place, data, current);
dressFigures();
current.onChange(() => dressFigures());
window.addEventListener("beforeprint", () => dressFigures(true));

function switchShades(theme: Shades): void {
  const toggle = document.getElementById("theme-toggle") as HTMLButtonElement | null;
  if (!toggle) return;
  const name = () => {
    toggle.textContent = theme.current() === "dark" ? "Light" : "Dark";
    toggle.setAttribute("aria-label", `Switch to ${theme.current() === "dark" ? "light" : "dark"} colours`);
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => theme.toggle());
  theme.onChange(name);
  name();
}

/** The static figure stays where the map cannot be drawn, with the reason above it. */
function showMap(place: HTMLElement, data: HTMLElement, theme: Shades): void {
  const root = document.documentElement;
  if (!hasWebgl()) {
    sayWithout("This browser has no WebGL, which the interactive map needs. Everything else works.");
    return;
  }
  try {
    const given: MapData = JSON.parse(data.textContent ?? "");
    root.classList.add("with-map");
    startMap(place, given, theme);
    data.remove();
  } catch (error) {
    root.classList.remove("with-map");
    sayWithout(`The interactive map did not start (${error instanceof Error ? error.message : error}).`);
  }
}

function sayWithout(text: string): void {
  const message = document.getElementById("map-message");
  if (!message) return;
  message.textContent = text;
  message.hidden = false;
}
