import { useState } from "preact/hooks";
import { useExplorer } from "../core/context.js";
import { byImportance } from "../core/order.js";
import { CopyButton } from "./copy-button.js";
import { listed } from "./numbers.js";

/** Bars end here at least, in standard deviations of a standard normal prior; where a number is larger, at that. */
const least = 2;

/** The code itself: a bar for each dimension, those of largest KL first, and its numbers when unfolded. */
export function CodeNumbers() {
  const state = useExplorer();
  const [open, setOpen] = useState(false);
  const z = state.z.value;
  const order = byImportance(state.site.reference.dimensions);
  const most = Math.max(least, ...z.map(Math.abs));
  return (
    <details class="code-numbers" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span>
          Code <span class="note">{z.length === 1 ? "1 number" : `${z.length} numbers`}</span>
        </span>
        <svg
          class="bars"
          viewBox={`0 ${-most} ${z.length} ${2 * most}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <path d={bars(z, order)} />
        </svg>
      </summary>
      {open && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard */}
          <ol tabIndex={0} aria-label="Numbers of the code, by KL">
            {order.map((dimension) => (
              <li key={dimension}>
                <span class="note">z {dimension}</span> {z[dimension]!.toFixed(3)}
              </li>
            ))}
          </ol>
          <div class="toolbar">
            <CopyButton title="Copy numbers" what="The code" text={() => `[${listed(state.z.peek())}]`} />
            <span class="note">In the model's own order, exact.</span>
          </div>
        </>
      )}
    </details>
  );
}

function bars(z: Float32Array, order: readonly number[]): string {
  return order
    .map((dimension, i) => {
      return `M${i + 0.1} 0V${(-z[dimension]!).toFixed(2)}H${i + 0.9}V0Z`;
    })
    .join("");
}
