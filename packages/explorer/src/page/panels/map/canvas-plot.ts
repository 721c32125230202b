import {
  faded,
  type Look,
  mix,
  type Plot,
  plane,
  pointOpacity,
  pointSize,
  zoomedSize,
} from "@vaekit/latent/map";

/** Points in a plane, for browsers without WebGL: slower, and the same otherwise. */
export function canvasPlot(drawn: () => void): Plot {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d")!;
  const view = plane();
  let [width, height] = [100, 100];
  let points: Float32Array = new Float32Array();
  let places: Float32Array | null = null;
  let look: Look | null = null;
  let frame = 0;

  const diameter = () => pointSize(points.length / 2, width, height) * zoomedSize(view.scale());
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
    places ??= view.places(points);
    return places;
  }
  function reset(): void {
    view.start();
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
      [width, height] = [newWidth, newHeight];
      view.resize(width, height);
      const ratio = window.devicePixelRatio;
      [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      moved();
    },
    places: placesNow,
    placeAt: view.pointAt,
    pixelOf: view.placeOf,
    diameter,
    pan(x, y) {
      view.pan(x, y);
      moved();
    },
    zoom(factor, x, y) {
      view.zoom(factor, x, y);
      moved();
    },
    turn() {},
    reset,
    gestures() {},
    dispose() {
      cancelAnimationFrame(frame);
      canvas.remove();
    },
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
