import { paintOf } from "@vaekit/latent/map";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import type { Embedding, Reference } from "../../core/reference.js";
import type { Analysis } from "./analyst.js";
import { countWithin, type Ellipse, ellipseOf } from "./ellipse.js";
import { draws, flatEmbedding, flatPlaceOf, spreadOn } from "./spread.js";
import { extentOf, type View, viewOf } from "./view.js";

const size = { width: 640, height: 480 };

/** Where the code lies among the others, and how sure the encoder is of that. */
export function SmallMap({ reference, analysis }: { reference: Reference; analysis: Analysis }) {
  const state = useExplorer();
  const embedding = flatEmbedding(reference.embeddings, state.embedding.value);
  const { places, dimensions } = embedding;
  const place = useMemo(
    () => flatPlaceOf(reference, embedding, analysis.mu),
    [reference, embedding, analysis],
  );
  const view = useMemo(() => viewOf(places, dimensions, place, size), [places, dimensions, place]);
  const found = useEllipse(reference, embedding, analysis);
  const [x, y] = view.toPixel(...place);
  const words = found && wordsOf(found, embedding, reference);
  return (
    <section class="draw-card draw-map">
      <h2>Where its code is</h2>
      <div class="draw-plot">
        <Points reference={reference} embedding={embedding} view={view} />
        <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
          {found && <Outline {...found} view={view} />}
          <circle class="draw-code" cx={x} cy={y} r="7" />
        </svg>
      </div>
      <p class="draw-words">{words ?? "\u00a0"}</p>
      <p class="note">{noteOf(embedding)}</p>
    </section>
  );
}

/** An ellipse around a place of the map. */
interface Placed {
  place: [number, number];
  ellipse: Ellipse;
}

function Outline({ place, ellipse: { major, minor, angle }, view }: Placed & { view: View }) {
  const [x, y] = view.toPixel(...place);
  return (
    <ellipse
      class="draw-ellipse"
      data-x={place[0]}
      data-y={place[1]}
      data-major={major}
      data-minor={minor}
      data-angle={angle}
      rx={Math.max(2, major * view.scale)}
      ry={Math.max(2, minor * view.scale)}
      // The plot's y points up, the picture's down.
      transform={`translate(${x} ${y}) rotate(${(-angle * 180) / Math.PI})`}
    />
  );
}

interface PointsProps {
  reference: Reference;
  embedding: Embedding;
  view: View;
}

function Points({ reference, embedding, view }: PointsProps) {
  const state = useExplorer();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { colourings, rows } = reference;
  const colouring = colourings[state.colouring.value];
  const paint = useMemo(() => paintOf(colouring, rows), [colouring, rows]);
  const palette = state.site.palettes[state.shade.value];
  useLayoutEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    context.clearRect(0, 0, size.width, size.height);
    context.globalAlpha = 0.75;
    const side = rows > 5000 ? 3 : 5;
    const colours = paint.colours(palette);
    const { places, dimensions } = embedding;
    for (const [colour, style] of colours.entries()) {
      context.fillStyle = style;
      for (let row = 0; row < rows; row++) {
        if (paint.index[row] !== colour) continue;
        const [x, y] = view.toPixel(places[row * dimensions]!, places[row * dimensions + 1] ?? 0);
        context.fillRect(x - side / 2, y - side / 2, side, side);
      }
    }
  }, [paint, palette, embedding, view, rows]);
  return <canvas ref={canvas} {...size} role="img" aria-label={`The ${rows} codes of the map`} />;
}

/** That of the newest analysis; the one before stays until it is there. */
function useEllipse(reference: Reference, embedding: Embedding, analysis: Analysis): Placed | null {
  const [found, setFound] = useState<(Placed & { embedding: Embedding }) | null>(null);
  const { mu, logvar } = analysis;
  useEffect(() => {
    const stop = new AbortController();
    spreadOn(reference, { embedding, mu, logvar }, stop.signal).then(
      ({ place, covariance }) => {
        if (!stop.signal.aborted) setFound({ place, ellipse: ellipseOf(covariance), embedding });
      },
      // Aborted: a newer one is on its way.
      () => {},
    );
    return () => stop.abort();
  }, [reference, embedding, mu, logvar]);
  return found?.embedding === embedding ? found : null;
}

function wordsOf(
  { place, ellipse }: Placed,
  { places, dimensions, kind }: Embedding,
  { rows, of }: Reference,
): string {
  const { major, minor } = ellipse;
  const share = (200 * major) / extentOf(places, dimensions);
  const much = share < 1 ? "less than 1" : `${Math.round(share)}`;
  const inside = countWithin(places, dimensions, place, ellipse);
  const what = of === "prior" ? "draws" : "examples";
  const likely = kind === "neighbours" ? "about 95 %" : "95 %";
  const within = minor > 0 ? `±${short(major)} by ±${short(minor)}` : `±${short(major)}`;
  return `With ${likely} probability within ${within}: ${much} % of the map's longer side, ${inside} of its ${rows} ${what}.`;
}

function noteOf({ name, kind, dimensions }: Embedding): string {
  const flat = dimensions === 3 ? ", its first two dimensions" : "";
  if (kind === "neighbours")
    return `${name}${flat}. The ellipse is estimated, around the mean place of ${draws} draws from q(z|x), each placed by its neighbours.`;
  return `${name}${flat}. The ellipse is exact: q(z|x) on this map.`;
}

function short(value: number): string {
  return `${Number(value.toPrecision(2))}`;
}
