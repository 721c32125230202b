import { type Look, mix, type Plot, pointOpacity, pointSize } from "@vaekit/latent/map";

const margin = 0.94;
/** Share of the paper in the colour of what is not selected. */
const faded = 0.82;

/** Points in a plane, for browsers without WebGL: slower, and the same otherwise. */
export function canvasPlot(drawn: () => void): Plot {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d")!;
  let [width, height] = [100, 100];
  let points: Float32Array = new Float32Array();
  let places: Float32Array | null = null;
  let look: Look | null = null;
  /** Half the height shows 1 / scale. */
  let scale = 1;
  let centre: [x: number, y: number] = [0, 0];
  let frame = 0;

  const start = () => margin * Math.min(1, width / height);
  const pixel = () => 2 / (scale * height);
  const diameter = () =>
    pointSize(points.length / 2, width, height) *
    (scale > 1 ? Math.asinh(scale) / Math.asinh(1) : scale ** 0.5);
  function moved(): void {
    places = null;
    if (frame === 0) frame = requestAnimationFrame(draw);
  }
  function draw(): void {
    frame = 0;
    if (look) drawPoints(context, placesNow(), diameter() / 2, look);
    drawn();
  }
  function placesNow(): Float32Array {
    if (places) return places;
    places = new Float32Array((points.length / 2) * 3);
    for (let row = 0; row * 2 < points.length; row++) {
      places[row * 3] = width / 2 + (points[row * 2]! - centre[0]) / pixel();
      places[row * 3 + 1] = height / 2 - (points[row * 2 + 1]! - centre[1]) / pixel();
    }
    return places;
  }
  function reset(): void {
    scale = start();
    centre = [0, 0];
    moved();
  }
  return {
    canvas,
    turns: false,
    points(given) {
      points = given;
      reset();
    },
    look(given) {
      look = given;
      moved();
    },
    resize(newWidth, newHeight) {
      const zoomed = scale / start();
      [width, height] = [newWidth, newHeight];
      scale = zoomed * start();
      const ratio = window.devicePixelRatio;
      [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      moved();
    },
    places: placesNow,
    placeAt: (x, y) => [centre[0] + (x - width / 2) * pixel(), centre[1] - (y - height / 2) * pixel()],
    diameter,
    pan(x, y) {
      centre = [centre[0] - x * pixel(), centre[1] + y * pixel()];
      moved();
    },
    zoom(factor, x, y) {
      const before = pixel();
      scale = Math.min(400, Math.max(0.2, scale * factor));
      const gained = before - pixel();
      centre = [centre[0] + (x - width / 2) * gained, centre[1] - (y - height / 2) * gained];
      moved();
    },
    turn() {},
    reset,
    gestures() {},
  };
}

/** Grey ones first, what is selected last: colour by colour, as changing colours is what takes time. */
function drawPoints(
  context: CanvasRenderingContext2D,
  places: Float32Array,
  radius: number,
  { index, grey, colours, hidden, chosen, paper }: Look,
): void {
  const { width, height } = context.canvas;
  context.globalAlpha = 1;
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  context.globalAlpha = pointOpacity(index.length);
  const order = colours.map((_, i) => i).sort((a, b) => Number(a < grey) - Number(b < grey));
  for (const bright of chosen ? [0, 1] : [1]) {
    for (const colour of order) {
      context.fillStyle = bright ? colours[colour]! : mix(colours[colour]!, paper, faded);
      context.beginPath();
      for (let row = 0; row < index.length; row++) {
        if (hidden[row] || index[row] !== colour || (chosen && chosen[row] !== bright)) continue;
        const [x, y] = [places[row * 3]!, places[row * 3 + 1]!];
        if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
      context.fill();
    }
  }
}
