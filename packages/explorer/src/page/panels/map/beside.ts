export interface Spot {
  left: number;
  top: number;
}

const edge = 4;
/** From the pointer's tip, and from what a finger covers. */
const gap = 18;
const finger = 44;

/** Where a box stands beside a pointer, inside a surface: right above a mouse, well above a finger, never under them. */
export function besidePointer(
  pointer: { x: number; y: number; touch: boolean },
  box: number,
  surface: { width: number; height: number },
): Spot {
  const { x, y, touch } = pointer;
  const within = (value: number, room: number) => Math.max(edge, Math.min(value, room - box - edge));
  const away = touch ? finger : gap;
  const above = y - away - box;
  if (touch && above >= edge) return { left: within(x - box / 2, surface.width), top: above };
  const right = x + away + box + edge <= surface.width;
  return { left: right ? x + away : Math.max(edge, x - away - box), top: within(above, surface.height) };
}
