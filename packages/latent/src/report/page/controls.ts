import { button, element } from "./dom.js";

/** Tabs of which one is open, by the ARIA pattern: arrow keys move, Home and End jump. */
export function tabs(
  label: string,
  names: readonly string[],
  panel: string,
  open: (index: number) => void,
): HTMLElement {
  const list = element("div", { role: "tablist", "aria-label": label, class: "tabs" });
  const choose = (index: number) => {
    for (const [i, tab] of all.entries()) {
      tab.setAttribute("aria-selected", `${i === index}`);
      tab.tabIndex = i === index ? 0 : -1;
    }
    open(index);
  };
  const all = names.map((name, index) =>
    button(name, { role: "tab", "aria-controls": panel, "aria-selected": `${index === 0}` }, () =>
      choose(index),
    ),
  );
  for (const [i, tab] of all.entries()) tab.tabIndex = i === 0 ? 0 : -1;
  list.append(...all);
  list.addEventListener("keydown", (event) => {
    const current = all.findIndex((tab) => tab.tabIndex === 0);
    const to = {
      ArrowRight: (current + 1) % all.length,
      ArrowLeft: (current + all.length - 1) % all.length,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to);
    all[to]!.focus();
  });
  return list;
}

/** Buttons of which one is pressed. */
export function choice<T extends string>(
  label: string,
  options: readonly { value: T; text: string; title: string }[],
  choose: (value: T) => void,
): HTMLElement {
  const group = element("div", { role: "group", "aria-label": label, class: "choice" });
  const all = options.map(({ value, text, title }, i) =>
    button(text, { "aria-pressed": `${i === 0}`, title }, () => {
      for (const [j, other] of all.entries()) other.setAttribute("aria-pressed", `${j === i}`);
      choose(value);
    }),
  );
  group.append(...all);
  return group;
}

export function chooser(
  label: string,
  names: readonly string[],
  choose: (index: number) => void,
): HTMLElement {
  const select = element("select");
  for (const [i, name] of names.entries()) select.append(element("option", { value: `${i}` }, name));
  select.addEventListener("change", () => choose(select.selectedIndex));
  return element("label", { class: "chooser" }, `${label} `, select);
}
