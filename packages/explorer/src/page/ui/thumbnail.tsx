import { useExplorer } from "../core/context.js";
import { ownFile } from "../core/site.js";
import { rowName } from "../core/state.js";

/** A row's thumbnail from the sheets, `size` CSS pixels high. */
export function Thumbnail({ row, size, alt }: { row: number; size: number; alt?: string }) {
  const state = useExplorer();
  const { sheets, perSheet, columns, width, height } = state.site.reference.thumbnails;
  const sheet = sheets[Math.floor(row / perSheet)];
  if (!sheet) return <span class="thumbnail missing" style={{ width: `${size}px`, height: `${size}px` }} />;
  const at = row % perSheet;
  const scale = size / height;
  const style = {
    width: `${width * scale}px`,
    height: `${size}px`,
    backgroundImage: `url("${sheetUrl(sheet)}")`,
    backgroundSize: `${columns * width * scale}px auto`,
    backgroundPosition: `${-(at % columns) * width * scale}px ${-Math.floor(at / columns) * size}px`,
  };
  return <span class="thumbnail" role="img" aria-label={alt ?? rowName(state, row)} style={style} />;
}

const urls = new Map<string, string>();

/** In a page that is one file, its sheets are data blocks: made once into blobs, which last as long as the page. */
export function sheetUrl(path: string): string {
  const known = urls.get(path);
  if (known) return known;
  const bytes = ownFile(path);
  const url = bytes ? URL.createObjectURL(new Blob([bytes], { type: "image/png" })) : path;
  urls.set(path, url);
  return url;
}
