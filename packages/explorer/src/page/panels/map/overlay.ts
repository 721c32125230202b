/** What lies over the points: shapes that follow them, without drawing them again. */
export interface Overlay {
  readonly element: SVGElement;
  /** Around the point that is looked at by pointer or keys; null: none. */
  point(at: { x: number; y: number; radius: number } | null): void;
  /** Where the code is; null: nowhere to be seen. */
  code(at: readonly [x: number, y: number] | null): void;
  /** x, y pairs; none: take it away. */
  lasso(line: readonly number[]): void;
}

export function makeOverlay(): Overlay {
  const element = shape("svg", "map-overlay");
  element.setAttribute("aria-hidden", "true");
  const lasso = shape("path", "map-lasso");
  const point = shape("circle", "map-point");
  const code = shape("g", "map-code");
  for (const name of ["halo", "ring"]) {
    const circle = shape("circle", name);
    circle.setAttribute("r", "9");
    code.append(circle);
  }
  element.append(lasso, code, point);
  code.style.display = "none";
  return {
    element,
    point(at) {
      point.setAttribute("r", `${at?.radius ?? 0}`);
      point.setAttribute("cx", `${at?.x ?? 0}`);
      point.setAttribute("cy", `${at?.y ?? 0}`);
    },
    code(at) {
      code.style.display = at ? "" : "none";
      if (at) code.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
    },
    lasso(line) {
      lasso.setAttribute("d", line.length < 4 ? "" : `M${line.join(" ")}Z`);
    },
  };
}

function shape<K extends keyof SVGElementTagNameMap>(tag: K, name: string): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  made.setAttribute("class", name);
  return made;
}
