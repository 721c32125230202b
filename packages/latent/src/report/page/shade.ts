import type { Shade } from "../../map/colours.js";

/** Light or dark: what the reader chose on the page, else what the file says, else what the system asks for. */
export interface Shades {
  current(): Shade;
  toggle(): void;
  /** Called after each change. */
  onChange(changed: (shade: Shade) => void): void;
}

export function shades(): Shades {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const listeners: ((shade: Shade) => void)[] = [];
  const current = (): Shade => {
    const { theme } = root.dataset;
    if (theme === "light" || theme === "dark") return theme;
    return system.matches ? "dark" : "light";
  };
  const tell = () => {
    for (const changed of listeners) changed(current());
  };
  system.addEventListener("change", tell);
  return {
    current,
    toggle() {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      tell();
    },
    onChange: (changed) => void listeners.push(changed),
  };
}
