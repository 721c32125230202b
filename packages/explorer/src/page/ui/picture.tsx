import { useLayoutEffect, useRef } from "preact/hooks";
import { paint } from "../core/paint.js";

interface PictureProps {
  /** [height, width, channels]; null: an empty one. */
  pixels: Uint8Array | null;
  shape: readonly number[];
  /** For those who do not see it; "" where a text beside it says the same. */
  alt: string;
  class?: string;
}

/** Pixels, drawn one to one and made larger by CSS. */
export function Picture({ pixels, shape, alt, class: className = "" }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (pixels && canvas.current) paint(canvas.current, pixels, shape);
  }, [pixels, shape]);
  const named = alt ? ({ role: "img", "aria-label": alt } as const) : ({ "aria-hidden": "true" } as const);
  return (
    <canvas
      ref={canvas}
      class={`picture ${className}`}
      width={shape[1]}
      height={shape[0]}
      data-empty={pixels ? undefined : ""}
      {...named}
    />
  );
}
