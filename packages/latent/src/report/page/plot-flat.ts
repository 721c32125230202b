import createScatterplot from "regl-scatterplot";
import { mix } from "./colours.js";
import { element } from "./dom.js";
import { faded, type Look, mixedOrder, type Plot, pointOpacity, pointSize } from "./plot.js";

const margin = 0.94;
const still = "(prefers-reduced-motion: reduce)";

/**
 * Points in a plane. The plot's own mouse handling is off: the page treats fingers, keys and the third dimension alike.
 * @throws where the browser has no WebGL, or no float textures
 */
export function flatPlot(changed: () => void): Plot {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const scatterplot = createScatterplot({
    canvas,
    width: 100,
    height: 100,
    cameraIsFixed: true,
    actionKeyMap: {},
    deselectOnDblClick: false,
    deselectOnEscape: false,
    colorBy: "valueA",
    spatialIndexUseWorker: false,
  } as Parameters<typeof createScatterplot>[0]);
  let width = 100;
  let height = 100;
  let points: Float32Array = new Float32Array();
  let places: Float32Array | null = null;
  let scale = 1;
  let centre: [x: number, y: number] = [0, 0];
  let wanted: Look | null = null;
  let drawing = false;
  let mixed: Int32Array = new Int32Array();
  /** How many points were last drawn, and whether others are on their way to take their places. */
  let drawn = 0;
  let flying = false;

  const start = () => margin * Math.min(1, width / height);
  const size = () => pointSize(points.length / 2, width, height);
  function moved(): void {
    places = null;
    const view = [scale, 0, 0, 0, 0, scale, 0, 0, 0, 0, 1, 0, -centre[0] * scale, -centre[1] * scale, 0, 1];
    void scatterplot.view(view, { preventEvent: true });
    changed();
  }
  async function draw(): Promise<void> {
    if (drawing) return;
    drawing = true;
    while (wanted) {
      const look = wanted;
      wanted = null;
      const columns = columnsOf(look, points, mixed);
      const rows = columns.x.length;
      const transition = flying && rows === drawn && !window.matchMedia(still).matches;
      flying = false;
      drawn = rows;
      // regl-scatterplot does not take an empty list.
      canvas.style.visibility = rows > 0 ? "visible" : "hidden";
      if (rows === 0) continue;
      await scatterplot.set(styleOf(look, points.length / 2, size()));
      await scatterplot.draw(columns, { zDataType: "categorical", transition, transitionDuration: 700 });
      moved();
    }
    drawing = false;
  }
  return {
    canvas,
    turns: false,
    points(given) {
      points = given;
      if (mixed.length !== given.length / 2) mixed = mixedOrder(given.length / 2);
      flying = true;
      scale = start();
      centre = [0, 0];
      places = null;
    },
    look(look) {
      wanted = look;
      void draw();
    },
    resize(newWidth, newHeight) {
      const zoomed = scale / start();
      [width, height] = [newWidth, newHeight];
      scale = zoomed * start();
      void scatterplot.set({ width, height, pointSize: size() }).then(moved);
      places = null;
    },
    places() {
      if (places) return places;
      const rows = points.length / 2;
      places = new Float32Array(rows * 3);
      for (let row = 0; row < rows; row++) {
        places[row * 3] = width / 2 + ((points[row * 2]! - centre[0]) * scale * height) / 2;
        places[row * 3 + 1] = height / 2 - ((points[row * 2 + 1]! - centre[1]) * scale * height) / 2;
      }
      return places;
    },
    diameter: () => size() * zoomedSize(scale),
    pan(x, y) {
      const pixel = 2 / (scale * height);
      centre = [centre[0] - x * pixel, centre[1] + y * pixel];
      moved();
    },
    zoom(factor, x, y) {
      const before = 2 / (scale * height);
      scale = Math.min(400, Math.max(0.2, scale * factor));
      const after = 2 / (scale * height);
      centre = [
        centre[0] + (x - width / 2) * (before - after),
        centre[1] - (y - height / 2) * (before - after),
      ];
      moved();
    },
    turn() {},
    reset() {
      scale = start();
      centre = [0, 0];
      moved();
    },
    gestures() {},
  };
}

/** How regl-scatterplot's "asinh" lets points grow. */
function zoomedSize(scale: number): number {
  return scale > 1 ? Math.asinh(scale) / Math.asinh(1) : Math.max(0.25, scale);
}

function styleOf({ colours, paper }: Look, rows: number, size: number) {
  return {
    backgroundColor: paper,
    // The colours, then the same for what does not stand out.
    pointColor: [...colours, ...colours.map((colour) => mix(colour, paper, faded))],
    pointSize: size,
    opacity: pointOpacity(rows),
  };
}

/** Grey comes first, what stands out last, on top; what is hidden is left out. */
function columnsOf({ index, grey, colours, hidden, chosen }: Look, points: Float32Array, mixed: Int32Array) {
  const layer = (row: number) => (index[row]! < grey ? 1 : 0) + (chosen?.[row] ? 2 : 0);
  const layers: number[][] = [[], [], [], []];
  for (const row of mixed) if (!hidden[row]) layers[layer(row)]!.push(row);
  const order = layers.flat();
  return {
    x: order.map((row) => points[row * 2]!),
    y: order.map((row) => points[row * 2 + 1]!),
    z: order.map((row) => index[row]! + (chosen && !chosen[row] ? colours.length : 0)),
  };
}
