/** Text and lines take the page's own colour, so that light and dark pages need nothing more. */
const css = `
:host {
  display: inline-block;
  inline-size: 14rem;
  max-inline-size: 100%;
  vertical-align: top;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
canvas {
  display: block;
  inline-size: 100%;
  block-size: auto;
  border-radius: var(--vae-decoder-radius, 6px);
  background: color-mix(in srgb, currentColor 8%, transparent);
  image-rendering: var(--vae-decoder-rendering, pixelated);
}
.controls { display: grid; gap: 6px; margin-block-start: 8px; }
.slider, .chooser { display: grid; grid-template-columns: 1fr auto; column-gap: 8px; align-items: center; }
.slider input { grid-column: 1 / -1; inline-size: 100%; min-block-size: 32px; margin: 0; }
.number { font-variant-numeric: tabular-nums; }
input { accent-color: var(--vae-decoder-accent, auto); }
button, select {
  min-block-size: 34px;
  padding: 4px 12px;
  font: inherit;
  color: inherit;
  background: color-mix(in srgb, currentColor 6%, transparent);
  border: 1px solid color-mix(in srgb, currentColor 45%, transparent);
  border-radius: var(--vae-decoder-radius, 6px);
}
button { cursor: pointer; }
button:hover:enabled { background: color-mix(in srgb, currentColor 14%, transparent); }
button:disabled, :disabled { opacity: 0.6; }
option { color: CanvasText; background: Canvas; }
:focus-visible { outline: 2px solid var(--vae-decoder-accent, currentColor); outline-offset: 2px; }
.frame { display: grid; }
.frame > * { grid-area: 1 / 1; }
.message {
  place-self: center;
  margin: 8px;
  padding: 6px 10px;
  overflow-wrap: anywhere;
  font-size: 0.9em;
  color: CanvasText;
  background: Canvas;
  border-radius: var(--vae-decoder-radius, 6px);
}
.message:empty { visibility: hidden; }
`;

let sheet: CSSStyleSheet | null = null;

/** One sheet for all elements, which pages that forbid inline style accept. */
export function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}
