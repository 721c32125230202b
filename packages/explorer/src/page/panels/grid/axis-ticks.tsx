import { useEffect, useRef, useState } from "preact/hooks";
import type { Axis } from "./plan.js";

/** CSS pixels that a tick's text takes along its axis. */
const room = { across: 38, down: 18 };

/** Names or values beside the rows or under the columns; where there is no room for all, every second, third, ... */
export function AxisTicks({ axis: { title, ticks }, side }: { axis: Axis; side: "across" | "down" }) {
  const list = useRef<HTMLOListElement>(null);
  const [every, setEvery] = useState(1);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      const most = (side === "across" ? width : height) / room[side];
      setEvery(Math.max(1, Math.ceil(ticks.length / Math.max(1, most))));
    });
    watch.observe(list.current!);
    return () => watch.disconnect();
  }, [ticks.length, side]);
  return (
    <div class={`ticks ${side}`} aria-hidden="true">
      <span class="ticks-title">{title}</span>
      <ol ref={list}>
        {ticks.map((tick, i) => (
          <li key={i}>{i % every === 0 ? <span>{tick}</span> : null}</li>
        ))}
      </ol>
    </div>
  );
}
