import { scatterFigure } from "../draw/scatter.js";
import type { Analysis } from "./analyze.js";
import { packClasses, packEmbedding, packIndex, packValues } from "./html/pack.js";
import type { PageColouring, PageData, PageFigure, PageMap, PageSection } from "./page/page-data.js";
import type { Section, SectionFigure } from "./sections/section.js";
import { thumbnails } from "./sprite.js";
import { plural } from "./words.js";

/** What the page shows of an analysis; map: what stands in for the map where that cannot be. */
export async function pageData(
  analysis: Analysis,
  sections: readonly Section[],
  map: SectionFigure,
): Promise<PageData> {
  const { input } = analysis;
  const drawn: PageSection[] = [];
  for (const { figures, ...section } of sections) {
    const pages: PageFigure[] = [];
    for (const figure of figures) pages.push(await pageFigure(figure));
    drawn.push({ ...section, figures: pages });
  }
  return {
    name: input.name,
    facts: [
      { label: "Rows", value: input.rows.toLocaleString("en") },
      { label: "Latent dimensions", value: `${input.latent}` },
      ...input.facts,
    ],
    sections: drawn,
    map: { ...pageMap(analysis), figure: await pageFigure(map) },
  };
}

async function pageFigure({ draw, caption }: SectionFigure): Promise<PageFigure> {
  const [light, dark] = [await draw("light"), await draw("dark")];
  return { light: light.svg, dark: dark.svg, alt: light.alt, caption };
}

/** The map as a drawing: the first one in two dimensions. */
export function mapFigure({ input: { classes }, map }: Analysis): SectionFigure {
  const flat = map.embeddings.find(({ dimensions }) => dimensions === 2)!;
  const labels = classes ? Array.from(classes.of, (at) => classes.names[at]!) : undefined;
  const axes: [string, string] = [flat.axes[0]!, flat.axes[1]!];
  return {
    file: "map",
    caption: `The codes by ${flat.name}${classes ? `, coloured by ${classes.title}` : ""}.`,
    draw: (theme) =>
      scatterFigure(
        { points: flat.points, labels, legendTitle: classes?.title, axes },
        { theme, title: `Codes by ${flat.name}` },
      ),
  };
}

function pageMap({ input, map, clusters }: Analysis): Omit<PageMap, "figure"> {
  const { classes, columns, rows, index, pictures } = input;
  const colourings: PageColouring[] = [];
  if (classes) colourings.push(packClasses(classes.title, classes.of, classes.names));
  const best = colourings.length + clusters.shown;
  for (const { name, labels } of clusters.clusterings) {
    const found = labels.reduce((most, label) => Math.max(most, label + 1), 0);
    const names = Array.from({ length: found }, (_, i) => `${i}`);
    colourings.push(packClasses(name, labels, names, "noise"));
  }
  for (const { name, values } of columns) colourings.push(packValues(name, values));
  return {
    rows,
    ids: null,
    index: index ? packIndex(index) : undefined,
    embeddings: map.embeddings.map(({ name, points, trustworthiness, continuity }) =>
      packEmbedding(
        name,
        points,
        [
          `Trustworthiness ${trustworthiness.toFixed(3)}, continuity ${continuity.toFixed(3)} ` +
            `(${plural(map.scored, "neighbour")} of each of ${plural(map.scoredRows, "row")}; 1 is best).`,
          ...map.left,
        ].join(" "),
      ),
    ),
    colourings,
    leading: classes ? [0, best] : [best],
    thumbnails: pictures ? thumbnails(pictures) : null,
  };
}
