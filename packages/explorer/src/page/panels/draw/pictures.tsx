import { useExplorer } from "../../core/context.js";
import { pngOf } from "../../core/paint.js";
import { save } from "../../core/save.js";
import { className, mostStops } from "../../core/state.js";
import { keepStop } from "../../core/stops.js";
import { toldLabel } from "../../core/told-label.js";
import { Picture } from "../../ui/picture.js";
import { differenceOf } from "./see.js";
import type { Session } from "./session.js";

/** What the model sees, what it makes of it, and where they differ. */
export function Pictures({ session }: { session: Session }) {
  const { board, analyst } = session;
  const { shape } = board;
  const seen = analyst.seen.value;
  const analysis = seen ? analyst.analysis.value : null;
  const encoder = analyst.encoder.value;
  const difference = analysis && differenceOf(analysis.seen, analysis.reconstruction, shape[2]!);
  return (
    <section class="draw-pictures" aria-label="What the model makes of it">
      <div class="draw-three">
        <Shown name="seen" title="What the model sees" pixels={seen} shape={shape} />
        <Shown
          name="reconstruction"
          title="Reconstruction"
          pixels={analysis?.reconstruction ?? null}
          shape={shape}
        />
        <Shown name="difference" title="Difference" pixels={difference} shape={shape} />
      </div>
      {encoder.is === "loading" && <LoadingEncoder />}
      <Keep session={session} />
    </section>
  );
}

interface ShownProps {
  name: string;
  title: string;
  pixels: Uint8Array | null;
  shape: readonly number[];
}

function Shown({ name, title, pixels, shape }: ShownProps) {
  return (
    <figure class={`draw-shown draw-${name}`} data-shown={pixels ? "" : undefined}>
      <div>
        <Picture pixels={pixels} shape={shape} alt={pixels ? title : ""} />
      </div>
      <figcaption>{title}</figcaption>
    </figure>
  );
}

function LoadingEncoder() {
  const { site } = useExplorer();
  const bytes = site.files[`${site.model.path}/encoder.onnx`]?.bytes;
  const size = bytes ? ` (${(bytes / 1e6).toFixed(1)} MB)` : "";
  return (
    <p class="waiting" role="status">
      The encoder is loading{size}. You can draw already.
    </p>
  );
}

function Keep({ session: { analyst, board } }: { session: Session }) {
  const state = useExplorer();
  const seen = analyst.seen.value;
  const analysis = seen ? analyst.analysis.value : null;
  const here = analysis !== null && state.z.value === analysis.mu;
  const label = toldLabel(analysis?.told ?? null);
  const told = state.model.value?.manifest.condition?.kind === "labels" && label >= 0;
  return (
    <>
      <div class="toolbar">
        <button
          type="button"
          disabled={!analysis || state.stops.value.length >= mostStops}
          onClick={() => {
            if (analysis) keepStop(state, { z: analysis.mu, name: analysis.origin });
          }}
        >
          Keep for the morph
        </button>
        <button
          type="button"
          disabled={!seen}
          onClick={() => {
            void pngOf(seen!, board.shape).then((png) => save("what-the-model-sees.png", png));
          }}
        >
          Download what it sees
        </button>
        <button
          type="button"
          disabled={!analysis || here}
          onClick={() => {
            if (analysis) analyst.show(analysis);
          }}
        >
          Back to my picture
        </button>
      </div>
      {told && (
        <p class="note">
          Encoded as {state.site.labelName} {className(state.site, label)}. Choose another beside the large
          picture.
        </p>
      )}
    </>
  );
}
