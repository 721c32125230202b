import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Whether a canvas is shown smaller than it is, where pixels as squares would fall out. */
export function useSmooth(canvas: RefObject<HTMLCanvasElement | null>, width: number): boolean {
  const [smooth, setSmooth] = useState(false);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) =>
      setSmooth(entry!.contentRect.width * window.devicePixelRatio < width),
    );
    watch.observe(canvas.current!);
    return () => watch.disconnect();
  }, [canvas, width]);
  return smooth;
}
