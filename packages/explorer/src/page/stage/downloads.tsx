import { useRef } from "preact/hooks";
import { useExplorer } from "../core/context.js";
import { fileName } from "../core/file-name.js";
import { pngOf } from "../core/paint.js";
import { save } from "../core/save.js";
import { type State, say } from "../core/state.js";
import { encodeNpy } from "./npy.js";
import { codeToDecode } from "./share.js";
import { codeJson } from "./snippet.js";

/** A picture's longer side in the file has at least so many pixels. */
const least = 512;

interface Download {
  title: string;
  note: string;
  start(state: State): void | Promise<void>;
}

const downloads: readonly Download[] = [
  {
    title: "Picture",
    note: "PNG",
    async start(state) {
      const pixels = state.picture.peek();
      if (!pixels) return;
      const { shape } = state.model.peek()!;
      const scale = Math.ceil(least / Math.max(shape[0], shape[1]));
      save(`${fileName(state.site.name)}.png`, await pngOf(pixels, shape, scale));
    },
  },
  {
    title: "Picture, pixel for pixel",
    note: "PNG",
    async start(state) {
      const pixels = state.picture.peek();
      const { shape } = state.model.peek()!;
      if (pixels)
        save(`${fileName(state.site.name, `${shape[1]}x${shape[0]}`)}.png`, await pngOf(pixels, shape));
    },
  },
  {
    title: "Code",
    note: "JSON",
    start(state) {
      save(`${fileName(state.site.name)}.json`, codeJson(codeToDecode(state)), "application/json");
    },
  },
  {
    title: "Code for NumPy",
    note: ".npy",
    start(state) {
      const z = state.z.peek();
      save(`${fileName(state.site.name)}.npy`, encodeNpy(z, [1, z.length]));
    },
  },
];

/** What can be taken away, in a menu that lies over all else. */
export function Downloads() {
  const state = useExplorer();
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const place = () => {
    const { left, top, bottom } = opener.current!.getBoundingClientRect();
    const { offsetWidth, offsetHeight, style } = menu.current!;
    const below = bottom + 4 + offsetHeight <= window.innerHeight;
    style.left = `${Math.max(8, Math.min(left, window.innerWidth - offsetWidth - 16))}px`;
    style.top = `${below ? bottom + 4 : Math.max(8, top - 4 - offsetHeight)}px`;
  };
  return (
    <>
      <button type="button" ref={opener} popovertarget="downloads">
        Download
      </button>
      <div
        class="menu"
        id="downloads"
        popover="auto"
        ref={menu}
        onToggle={(event) => {
          if (event.newState !== "open") return;
          place();
          menu.current?.querySelector("button")?.focus();
        }}
      >
        {downloads.map(({ title, note, start }) => (
          <button
            type="button"
            key={title}
            onClick={async () => {
              menu.current?.hidePopover();
              await start(state);
              say(state, `${title} downloaded.`);
            }}
          >
            {title} <span class="note">{note}</span>
          </button>
        ))}
      </div>
    </>
  );
}
