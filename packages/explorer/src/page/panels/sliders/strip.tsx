import { useMemo, useRef } from "preact/hooks";
import { setDimension } from "../../core/change.js";
import { useExplorer } from "../../core/context.js";
import { useDecoded } from "../../core/use-decoded.js";
import { Picture } from "../../ui/picture.js";
import { along, rangeOf } from "./dimensions.js";

const count = 7;

/** What one dimension does: pictures along its range, the others as they are. One click goes there. */
export function Strip({ index }: { index: number }) {
  const state = useExplorer();
  const z = state.z.value;
  const dimension = state.site.reference.dimensions[index]!;
  const values = useMemo(() => along(rangeOf(dimension, dimension.mean), count), [dimension]);
  const others = z.map((value, i) => (i === index ? 0 : value)).join();
  // The pictures depend on all of z but the number that the strip itself varies: they stay while that one moves.
  const codes = useMemo(() => values.map((value) => z.with(index, value)), [values, index, others]);
  const pictureOf = useDecoded(codes, 120);
  const shown = useRef<(Uint8Array | null)[]>(values.map(() => null));
  shown.current = codes.map((code, k) => pictureOf(code) ?? shown.current[k]!);
  const nearest = values.reduce(
    (best, value, k) => (Math.abs(value - z[index]!) < Math.abs(values[best]! - z[index]!) ? k : best),
    0,
  );
  return (
    <section class="strip" aria-label={`Pictures along z ${index}`}>
      <p class="note">
        Along <strong>z {index}</strong>
      </p>
      <div class="strip-pictures">
        {values.map((value, k) => (
          <button
            type="button"
            key={k}
            class="strip-picture"
            aria-label={`Set z ${index} to ${value.toFixed(2)}`}
            aria-current={k === nearest ? "true" : undefined}
            onClick={() => setDimension(state, index, value)}
          >
            <Picture pixels={shown.current[k]!} shape={state.model.value!.shape} alt="" />
            <span>{value.toFixed(2)}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
