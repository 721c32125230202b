type Direction = readonly [x: number, y: number];

export interface KeyActions {
  /** To the next point that way; y goes down. */
  step(direction: Direction): void;
  /** The map itself, by pixels. */
  move(x: number, y: number): void;
  zoom(factor: number): void;
  reset(): void;
  /** Take the point that is pointed at into the selection, or out of it. */
  choose(): unknown;
  chooseAll(): void;
  /** -> whether there was something to let go */
  leave(): boolean;
}

const directions: Record<string, Direction> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const pixels = 40;

export function listenToKeys(surface: HTMLElement, actions: KeyActions): void {
  const others: Record<string, () => unknown> = {
    "+": () => actions.zoom(1.3),
    "=": () => actions.zoom(1.3),
    "-": () => actions.zoom(1 / 1.3),
    "0": actions.reset,
    Enter: actions.choose,
    " ": actions.choose,
    a: actions.chooseAll,
    Escape: actions.leave,
  };
  surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = directions[event.key];
    if (direction && event.shiftKey) actions.move(direction[0] * pixels, direction[1] * pixels);
    else if (direction) actions.step(direction);
    else {
      const act = others[event.key];
      if (!act || act() === false) return;
    }
    event.preventDefault();
  });
}
