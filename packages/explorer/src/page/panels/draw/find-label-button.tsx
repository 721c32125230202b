import { useSignal } from "@preact/signals";
import { useExplorer } from "../../core/context.js";
import { messageOf } from "../../core/decode-loop.js";
import { className, say } from "../../core/state.js";
import type { Analysis, Analyst } from "./analyst.js";
import { findLabel } from "./find-label.js";

interface FindLabelProps {
  analyst: Analyst;
  analysis: Analysis;
  classes: number;
}

/** Which label explains a picture best, for models that must be told one. */
export function FindLabel({ analyst, analysis, classes }: FindLabelProps) {
  const state = useExplorer();
  const busy = useSignal(false);
  const found = useSignal<{ seen: Uint8Array; text: string } | null>(null);
  const { labelName } = state.site;
  const find = async () => {
    busy.value = true;
    try {
      const best = await findLabel(analyst, analysis, classes);
      // What was drawn meanwhile counts more.
      if (analyst.seen.peek() !== analysis.seen) return;
      const name = (label: number) => `${labelName} ${className(state.site, label)}`;
      const next = best.next && `; next best ${name(best.next.label)}, ${best.next.error.toPrecision(3)}`;
      const text = `Reconstructed best as ${name(best.label)}: error ${best.analysis.error.toPrecision(3)}${next ?? ""}.`;
      analyst.show(best.analysis);
      found.value = { seen: analysis.seen, text };
      say(state, text);
    } catch (error) {
      found.value = { seen: analysis.seen, text: `The ${labelName} was not found: ${messageOf(error)}` };
    } finally {
      busy.value = false;
    }
  };
  const text = found.value?.seen === analysis.seen ? found.value.text : null;
  return (
    <div class="draw-find">
      <button type="button" disabled={busy.value} onClick={() => void find()}>
        Find the {labelName}
      </button>
      <p class="note">
        {text ??
          (busy.value
            ? `Trying all ${classes}.`
            : `Encodes and decodes it as each of the ${classes}, and takes the one of the least error.`)}
      </p>
    </div>
  );
}
