/** A view of a plane that moves and comes nearer, y up. Sizes and places on the screen are pixels. */
export interface Plane {
  /** All from -1 to 1 along the shorter side, with a margin. */
  start(): void;
  /** What was seen before stays as near as it was, compared with the start. */
  resize(width: number, height: number): void;
  pan(x: number, y: number): void;
  /** factor > 1 comes nearer to the place on the screen. */
  zoom(factor: number, x: number, y: number): void;
  /** Half the height shows 1 / scale. */
  scale(): number;
  /** From the plane to the clip space: [4, 4] by columns. */
  matrix(): Float32Array;
  /** points [rows, 2] -> [rows, 3] x, y, 0 */
  places(points: Float32Array): Float32Array;
  /** The place of one point. */
  placeOf(point: readonly number[]): [x: number, y: number];
  /** The point at a place. */
  pointAt(x: number, y: number): [x: number, y: number];
}

const margin = 0.94;
const farthest = 0.2;
const nearest = 400;

export function plane(): Plane {
  let [width, height] = [100, 100];
  let scale = 1;
  let [middleX, middleY] = [0, 0];

  const first = () => margin * Math.min(1, width / height);
  /** The plane's units in one. */
  const pixel = () => 2 / (scale * height);
  const placed = (x: number, y: number): [number, number] => [
    width / 2 + (x - middleX) / pixel(),
    height / 2 - (y - middleY) / pixel(),
  ];
  return {
    start() {
      scale = first();
      [middleX, middleY] = [0, 0];
    },
    resize(newWidth, newHeight) {
      const zoomed = scale / first();
      [width, height] = [newWidth, newHeight];
      scale = zoomed * first();
    },
    pan(x, y) {
      [middleX, middleY] = [middleX - x * pixel(), middleY + y * pixel()];
    },
    zoom(factor, x, y) {
      const before = pixel();
      scale = Math.min(nearest, Math.max(farthest, scale * factor));
      const gained = before - pixel();
      [middleX, middleY] = [middleX + (x - width / 2) * gained, middleY - (y - height / 2) * gained];
    },
    scale: () => scale,
    matrix() {
      const [x, y] = [(scale * height) / width, scale];
      return new Float32Array([x, 0, 0, 0, 0, y, 0, 0, 0, 0, 1, 0, -middleX * x, -middleY * y, 0, 1]);
    },
    places(points) {
      const rows = points.length / 2;
      const places = new Float32Array(rows * 3);
      for (let row = 0; row < rows; row++) {
        [places[row * 3], places[row * 3 + 1]] = placed(points[row * 2]!, points[row * 2 + 1]!);
      }
      return places;
    },
    placeOf: ([x, y]) => placed(x!, y!),
    pointAt: (x, y) => [middleX + (x - width / 2) * pixel(), middleY - (y - height / 2) * pixel()],
  };
}
