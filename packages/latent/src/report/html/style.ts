import { palette } from "../../draw/theme.js";
import { mix, type Shade } from "../../map/colours.js";

/** The page's style sheet, in the colours of the figures; faces: its @font-face rules. */
export function pageStyle(faces: string): string {
  return `${faces}
${variables(":root", "light")}
@media (prefers-color-scheme: dark) { ${variables(":root:not([data-theme=light])", "dark")} }
${variables(":root[data-theme=dark]", "dark")}
${shades}
${layout}
${mapStyle}
${printed}`;
}

function variables(selector: string, shade: Shade): string {
  const { ink, muted, paper, grid, none, sequential } = palette(shade);
  const accent = sequential[Math.round(sequential.length * 0.6)]!;
  return `${selector} { color-scheme: ${shade}; --ink: ${ink}; --paper: ${paper}; --line: ${grid};
--soft: ${muted}; --muted: ${none}; --panel: ${mix(paper, ink, 0.035)}; --press: ${mix(paper, ink, 0.09)}; --edge: ${mix(paper, ink, 0.3)};
--accent: ${accent}; --shown-light: ${shade === "light" ? "block" : "none"}; --shown-dark: ${shade === "dark" ? "block" : "none"}; }`;
}

const shades = `.only-light { display: var(--shown-light); }
.only-dark { display: var(--shown-dark); }`;

const layout = `* { box-sizing: border-box; }
strong { font-weight: 500; }
[hidden] { display: none !important; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 88rem; padding: 0 clamp(1rem, 3vw, 2.5rem) 4rem; background: var(--paper); color: var(--ink);
font: 1rem/1.6 Roboto, system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 9; background: var(--paper); padding: .3rem .6rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1 { font-size: clamp(1.6rem, 3.4vw, 2.2rem); font-weight: 500; line-height: 1.2; margin: .1rem 0 1.1rem; letter-spacing: -.015em; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; font-weight: 500; line-height: 1.25; margin: 0 0 .7rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h3 { font-size: .8rem; margin: 0 0 .5rem; color: var(--soft); font-weight: 500; overflow-wrap: anywhere; }
p { margin: 0 0 .6rem; max-width: 46rem; }
header { padding: 1.4rem 0 1.2rem; }
.top { display: flex; justify-content: space-between; align-items: center; }
.kind { margin: 0; color: var(--soft); font-size: .9rem; }
.facts { display: flex; flex-wrap: wrap; gap: .9rem 2.2rem; margin: 0; }
.facts dt { font-size: .8rem; color: var(--soft); }
.facts dd { margin: 0; font-size: 1.1rem; font-weight: 500; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); }
.contents ul { list-style: none; margin: 0 0 1.6rem; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .92rem; }
.contents a { color: var(--soft); text-decoration: none; display: block; padding: .2rem 0; }
.contents a:hover { color: var(--ink); text-decoration: underline; }
.contents a[aria-current] { color: var(--accent); font-weight: 500; }
main { min-width: 0; }
section { margin: 0 0 3.2rem; }
@media (min-width: 72rem) {
.columns { grid-template-columns: 10.5rem minmax(0, 1fr); gap: 2.5rem; }
.contents ul { position: sticky; top: 1.2rem; display: block; max-height: calc(100vh - 2rem); overflow-y: auto; }
}
figure { margin: 0; max-width: 100%; min-width: 0; }
.figures { display: flex; flex-wrap: wrap; gap: 1.6rem 2rem; margin-top: 1.1rem; align-items: flex-start; }
figure img { max-width: 100%; height: auto; }
/* Drawn smaller than that, words could not be read. */
.figure { overflow-x: auto; }
.enlarge { width: max-content; max-width: max(100%, 640px); }
figcaption { color: var(--soft); font-size: .9rem; max-width: 42rem; margin-top: .35rem; }
button, select { font: inherit; color: inherit; }
.enlarge { display: block; padding: 0; border: 0; background: none; cursor: zoom-in; border-radius: 4px; }
.enlarge:focus-visible { outline-offset: -2px; }
.large { border: 0; padding: 0; background: var(--paper); color: var(--ink); max-width: 96vw; max-height: 94vh; border-radius: 8px; }
.large::backdrop { background: rgb(0 0 0 / .55); }
.room { overflow: auto; max-width: 96vw; max-height: 94vh; padding: 2.6rem 1rem 1rem; }
.close { position: absolute; right: .5rem; top: .3rem; z-index: 1; border: 0; background: none; font-size: 1.6rem; line-height: 1; padding: .3rem .6rem; cursor: pointer; }
/* Shadows at the edges, under paper that scrolls with the table: they are seen where there is more. */
.table { overflow-x: auto; background: linear-gradient(to right, var(--paper) 40%, transparent) left / 2.4rem 100%,
linear-gradient(to left, var(--paper) 40%, transparent) right / 2.4rem 100%, linear-gradient(to right, var(--edge), transparent) left / .9rem 100%,
linear-gradient(to left, var(--edge), transparent) right / .9rem 100%; background-repeat: no-repeat; background-attachment: local, local, scroll, scroll; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
.caption { color: var(--soft); font-size: .9rem; margin: 1.4rem 0 .3rem; }
th, td { text-align: left; padding: .3rem 1.4rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 500; border-bottom-color: var(--muted); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.message { border-left: 3px solid var(--accent); padding: .3rem .8rem; background: var(--panel); }
#theme-toggle, .toolbar button, .small, .chooser select { border: 1px solid var(--line); background: var(--paper); border-radius: 6px;
padding: .28rem .7rem; font-size: .9rem; line-height: 1.4; cursor: pointer; min-height: 2.1rem; }
#theme-toggle:hover, .toolbar button:hover, .small:hover { background: var(--press); }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }`;

const mapStyle = `.with-map #map-still { display: none; }
.toolbar { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-bottom: .6rem; }
.tabs { display: flex; flex-wrap: wrap; gap: .3rem; margin-right: auto; }
.toolbar [aria-selected=true], .toolbar [aria-pressed=true] { background: var(--ink) !important; border-color: var(--ink); color: var(--paper); }
.choice { display: flex; }
.toolbar .choice button { border-radius: 0; margin-left: -1px; }
.toolbar .choice button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; }
.toolbar .choice button:last-child { border-radius: 0 6px 6px 0; }
.chooser { font-size: .9rem; color: var(--soft); display: flex; align-items: center; gap: .4rem; max-width: 100%; }
.chooser select { min-width: 0; max-width: 12rem; color: var(--ink); }
.map-body { display: grid; grid-template-columns: minmax(0, 1fr) 17rem; border: 1px solid var(--line); border-radius: 8px; }
.stage { position: relative; height: clamp(24rem, 68vh, 46rem); min-width: 0; }
.surface { position: absolute; inset: 0; overflow: hidden; touch-action: none; cursor: grab; border-radius: 8px 0 0 8px; }
.surface:active { cursor: grabbing; }
.surface.over { cursor: pointer; }
.surface[data-tool=lasso] { cursor: crosshair; }
.surface:focus-visible { outline-offset: -2px; }
.surface canvas, .overlay { position: absolute; left: 0; top: 0; width: 100%; height: 100%; pointer-events: none; }
.overlay { overflow: hidden; }
.view { position: absolute; left: .6rem; top: .6rem; z-index: 1; display: flex; flex-direction: column; }
.view button { width: 2rem; height: 2rem; padding: 0; border: 1px solid var(--line); background: var(--paper); margin-top: -1px; font-size: 1.05rem; line-height: 1; cursor: pointer; }
.view button:first-child { border-radius: 6px 6px 0 0; }
.view button:last-child { border-radius: 0 0 6px 6px; }
.view button:hover { background: var(--press); }
.ring { fill: none; stroke: var(--ink); stroke-width: 2; }
.lasso { fill: var(--accent); fill-opacity: .12; stroke: var(--accent); stroke-width: 1.5; stroke-dasharray: 5 3; }
.tooltip { position: absolute; left: 0; top: 0; z-index: 2; display: flex; gap: .6rem; align-items: flex-start; width: max-content; max-width: min(20rem, 90%);
max-height: 100%; overflow: hidden; padding: .5rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); box-shadow: 0 2px 10px rgb(0 0 0 / .18);
font-size: .85rem; line-height: 1.4; pointer-events: none; overflow-wrap: anywhere; }
.tooltip canvas { flex: none; }
.tooltip dl { margin: .15rem 0 0; display: grid; grid-template-columns: fit-content(8rem) auto; gap: 0 .5rem; }
.tooltip dt { color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tooltip dd { margin: 0; min-width: 2rem; overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.thumbnail { display: block; border-radius: 2px; }
.side { border-left: 1px solid var(--line); padding: .8rem .9rem; display: flex; flex-direction: column; gap: 1.1rem; font-size: .9rem;
min-width: 0; max-height: clamp(24rem, 68vh, 46rem); overflow-y: auto; }
.side p { margin: 0 0 .5rem; }
.legend, .bars { list-style: none; margin: 0 0 .5rem; padding: 0; }
.legend button { display: flex; align-items: center; gap: .5rem; width: calc(100% + .6rem); margin: 0 -.3rem; border: 0; background: none; padding: .12rem .3rem; border-radius: 4px; cursor: pointer; text-align: left; min-height: 1.6rem; }
.legend button:hover { background: var(--press); }
.legend [aria-pressed=false] { color: var(--soft); text-decoration: line-through; }
.legend [aria-pressed=false] .swatch { opacity: .25; }
.swatch { flex: none; width: .8rem; height: .8rem; border-radius: 50%; }
.name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.side .number { color: var(--soft); }
.row { display: flex; flex-wrap: wrap; gap: .4rem; }
.small { font-size: .82rem; padding: .1rem .55rem; min-height: 1.8rem; }
.scale { height: .8rem; border-radius: 3px; }
.ends { display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; color: var(--soft); }
.missing { display: flex; align-items: center; gap: .5rem; margin: .4rem 0 0; }
.bars { display: grid; grid-template-columns: fit-content(6rem) minmax(0, 1fr) auto; gap: .1rem .6rem; align-items: center; }
.bars li { display: contents; }
.bar { display: block; height: .65rem; border-radius: 2px; min-width: 2px; }
.selection .row { margin: 0 0 .7rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, 40px); gap: 4px; margin-bottom: .6rem; }
.tile { padding: 0; border: 0; background: none; cursor: pointer; line-height: 0; }
.hint, .note { color: var(--soft); font-size: .88rem; }
.note { margin: .5rem 0 0; }
.keys { font-size: .88rem; color: var(--soft); margin-top: .3rem; }
.keys summary { cursor: pointer; }
.keys dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem 1rem; margin: .4rem 0; }
.keys dt { color: var(--ink); }
.keys dd { margin: 0; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 56rem) {
.map-body { grid-template-columns: minmax(0, 1fr); }
.stage { height: clamp(18rem, 96vw, min(34rem, 80vh)); }
.surface { border-radius: 8px 8px 0 0; }
.side { border-left: 0; border-top: 1px solid var(--line); max-height: none; }
.legend { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 0 1.6rem; }
.keys dl { grid-template-columns: minmax(0, 1fr); }
.keys dd { margin-bottom: .4rem; }
.tabs { margin-right: 0; }
.chooser { flex: 1 1 9rem; white-space: nowrap; }
.chooser select { max-width: none; width: 100%; }
}`;

const printed = `@media print {
${variables(":root, :root:not([data-theme=light]), :root[data-theme=dark]", "light")}
body { padding: 0; font-size: 10pt; }
.contents, #map-place, #theme-toggle, .skip, .message { display: none !important; }
.with-map #map-still { display: block; }
.columns { display: block; }
.enlarge { max-width: 100%; }
.table { background: none; }
figure, tr { break-inside: avoid; }
h2 { break-after: avoid; }
section { margin-bottom: 1.6rem; }
}`;
