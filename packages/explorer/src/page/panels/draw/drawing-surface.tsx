import { useLayoutEffect, useRef } from "preact/hooks";
import { useBrush } from "./brush-settings.js";
import type { Session } from "./session.js";

/** Where one draws: with mouse, finger or pen. */
export function DrawingSurface({ session: { board } }: { session: Session }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<number | null>(null);
  const { brush, colourOf } = useBrush(board);
  const surface = board.surface.value;
  const touches = board.touches.value;
  const { width, height } = surface;

  useLayoutEffect(() => {
    const image = new ImageData(width, height);
    image.data.set(surface.data);
    canvas.current?.getContext("2d")?.putImageData(image, 0, 0);
  }, [surface, touches]);

  const place = ({ clientX, clientY }: PointerEvent): [number, number] => {
    const { left, top, width: wide, height: high } = canvas.current!.getBoundingClientRect();
    return [((clientX - left) * width) / wide, ((clientY - top) * height) / high];
  };
  const begin = (event: PointerEvent) => {
    if (event.button !== 0 && event.pointerType === "mouse") return;
    if (pointer.current !== null) return;
    event.preventDefault();
    pointer.current = event.pointerId;
    canvas.current!.setPointerCapture(event.pointerId);
    const [x, y] = place(event);
    board.begin(x, y, (brush.value.size * Math.max(width, height)) / 200, colourOf());
  };
  const move = (event: PointerEvent) => {
    if (event.pointerId !== pointer.current) return;
    const all = event.getCoalescedEvents?.() ?? [];
    board.extend((all.length > 0 ? all : [event]).map(place));
  };
  const end = (event: PointerEvent) => {
    if (event.pointerId !== pointer.current) return;
    pointer.current = null;
    board.end();
  };
  return (
    <div class="draw-surface">
      <canvas
        ref={canvas}
        width={width}
        height={height}
        role="img"
        aria-label="Drawing surface. Without a pointer, start from an example or choose a picture."
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
      />
      {board.isEmpty && (
        <p
          class="draw-hint"
          data-bright={board.background.value[0] >= 128 ? "" : undefined}
          aria-hidden="true"
        >
          Draw here, or drop a picture
        </p>
      )}
    </div>
  );
}
