import { effect } from "@preact/signals";
import type { State } from "./state.js";

/**
 * Keep the site for visits without a network, once its first picture is there: copying it must not hold that up. Says so where a later
 * deployment of the site took the place of the one that is shown. Does nothing where the browser or the page cannot.
 */
export function keepOffline(state: State): void {
  const { offline, name } = state.site;
  const workers = offline ? workersHere() : null;
  if (!workers) return;
  const stop = effect(() => {
    if (!state.picture.value) return;
    // After this effect, which may be its own first run.
    queueMicrotask(() => stop());
    void register(workers);
  });
  // The first one takes over too; what it has is what is shown.
  let known = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (known) state.notice.value = `A newer version of ${name} is there. Reload the page to see it.`;
    known = true;
  });
}

/** null where the page may have none: on plain http, in a sandboxed frame, in some private windows. */
function workersHere(): ServiceWorkerContainer | null {
  try {
    return (window.isSecureContext && navigator.serviceWorker) || null;
  } catch {
    return null;
  }
}

/** Where it fails, such as in private windows of some browsers, the page works all the same. */
async function register(workers: ServiceWorkerContainer): Promise<void> {
  try {
    await workers.register("sw.js", { updateViaCache: "none" });
  } catch {}
}
