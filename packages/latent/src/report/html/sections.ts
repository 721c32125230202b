import type { PageData, PageFact, PageFigure, PageMap, PageSection, PageTable } from "../page/page-data.js";
import { escapeHtml, svgAddress, svgSize } from "./escape.js";

/** The page's body without its script: complete for readers who have none. */
export function pageBody({ name, facts, sections, map }: PageData): string {
  const contents = [
    ...(map ? [{ id: "map", title: "Map" }] : []),
    ...sections.map(({ id, title }) => ({ id: `s-${id}`, title })),
  ];
  return `<a class="skip" href="#content">Skip to the report</a>
<header>
<div class="top"><p class="kind">Latent space report</p><button type="button" id="theme-toggle" hidden></button></div>
<h1>${escapeHtml(name)}</h1>
${factList(facts)}
</header>
<div class="columns">
<nav class="contents" aria-label="Contents"><ul>
${contents.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`).join("\n")}
</ul></nav>
<main id="content">
${map ? mapSection(map) : ""}${sections.map(section).join("\n")}
</main>
</div>`;
}

function factList(facts: readonly PageFact[]): string {
  if (facts.length === 0) return "";
  const items = facts.map(
    ({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<dl class="facts">${items.join("")}</dl>`;
}

function mapSection({ figure: still }: PageMap): string {
  return `<section id="map">
<h2>Map</h2>
<p id="map-message" class="message" hidden></p>
<noscript><p class="message">The interactive map needs JavaScript, which is off here. Everything else works.</p></noscript>
<div id="map-still">${still ? figure(still) : ""}</div>
<div id="map-place"></div>
</section>
`;
}

function section({ id, title, sentences, figures, tables = [] }: PageSection): string {
  return `<section id="s-${escapeHtml(id)}">
<h2>${escapeHtml(title)}</h2>
${sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join("\n")}
${figures.length > 0 ? `<div class="figures">${figures.map(figure).join("\n")}</div>` : ""}
${tables.map((given, i) => table(given, `t-${id}-${i}`)).join("\n")}
</section>`;
}

function figure({ light, dark, alt, caption }: PageFigure): string {
  const image = (svg: string, shade: string) => {
    const size = svgSize(svg);
    const attributes = size ? ` width="${size.width}" height="${size.height}"` : "";
    return `<img class="only-${shade}" alt="${escapeHtml(alt)}"${attributes} src="${svgAddress(svg)}">`;
  };
  return `<figure><div class="figure"><button type="button" class="enlarge" title="Show in its own size">${image(light, "light")}${image(dark, "dark")}</button></div>
<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

/** The caption stands above what scrolls, so that it can be read where the table is wider than the page. */
function table({ caption, columns, rows }: PageTable, id: string): string {
  const numeric = columns.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i])));
  const cell = (value: string | number, i: number) =>
    `<td${numeric[i] || typeof value === "number" ? ' class="number"' : ""}>${escapeHtml(`${value}`)}</td>`;
  const heads = columns.map(
    (column, i) => `<th scope="col"${numeric[i] ? ' class="number"' : ""}>${escapeHtml(column)}</th>`,
  );
  const name = `aria-labelledby="${escapeHtml(id)}"`;
  return `<p class="caption" id="${escapeHtml(id)}">${escapeHtml(caption)}</p>
<div class="table" tabindex="0" role="region" ${name}><table ${name}>
<thead><tr>${heads.join("")}</tr></thead>
<tbody>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n")}</tbody>
</table></div>`;
}

/** Also as text with a fixed number of digits or a per cent sign. */
function isNumber(value: string | number | undefined): boolean {
  return typeof value === "number" || /^[-\u2212]?[\d.,]+( ?%)?$/.test(value ?? "");
}
