import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { useExplorer } from "../core/context.js";
import { messageOf } from "../core/decode-loop.js";
import { report } from "../core/state.js";

/** A panel that breaks says so, and leaves the others alone. */
export function Boundary({ name, children }: { name: string; children: ComponentChildren }) {
  const state = useExplorer();
  const [error, retry] = useErrorBoundary((broken) =>
    report(state, `${name} stopped: ${messageOf(broken)}`, "The other panels still work."),
  );
  if (!error) return <>{children}</>;
  return (
    <p class="waiting">
      {name} stopped.{" "}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </p>
  );
}
