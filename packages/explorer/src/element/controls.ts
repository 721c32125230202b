export interface Control {
  readonly root: HTMLElement;
  /** Show another value, without telling that it changed. */
  show(value: number): void;
}

/** A slider with its name and value; told of numbers as it moves. */
export function slider(
  name: string,
  { min, max }: { min: number; max: number },
  onInput: (value: number) => void,
): Control {
  const root = make("label", "slider");
  const input = make("input");
  const number = make("span", "number");
  Object.assign(input, { type: "range", min: `${min}`, max: `${max}`, step: `${(max - min) / 200}` });
  input.setAttribute("part", "slider");
  // Read out with the slider, not once more beside it.
  number.ariaHidden = "true";
  const write = (value: number) => {
    number.textContent = value.toFixed(2);
    input.ariaValueText = number.textContent;
  };
  input.addEventListener("input", () => {
    write(input.valueAsNumber);
    onInput(input.valueAsNumber);
  });
  root.append(make("span", "", name), number, input);
  return {
    root,
    show(value) {
      input.value = `${value}`;
      write(value);
    },
  };
}

/** A list of names, of which one is chosen; told of its place. */
export function chooser(
  name: string,
  choices: readonly string[],
  onChange: (index: number) => void,
): Control {
  const root = make("label", "chooser");
  const select = make("select");
  select.setAttribute("part", "label");
  select.append(...choices.map((choice) => make("option", "", choice)));
  select.addEventListener("change", () => onChange(select.selectedIndex));
  root.append(make("span", "", name), select);
  return {
    root,
    show(value) {
      select.selectedIndex = value;
    },
  };
}

export function button(name: string, onClick: () => void): HTMLButtonElement {
  const made = make("button", "", name);
  made.type = "button";
  made.setAttribute("part", "button");
  made.addEventListener("click", onClick);
  return made;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
