import type { ServedBundle } from "./bundle.js";

export interface WatchOptions {
  /** Milliseconds between two looks. */
  interval: number;
  onReload?: (bundle: ServedBundle, before: string) => void;
  /** Told once of each thing that keeps a new version from being served. */
  onProblem?: (bundle: ServedBundle, message: string) => void;
}

/** A bundle that cannot be loaded, as while it is copied, is tried less and less often, up to this. */
const slowest = 10_000;

/** Look for new versions of bundles until stopped. */
export function watchBundles(bundles: readonly ServedBundle[], options: WatchOptions): { stop(): void } {
  const stops = bundles.map((bundle) => watch(bundle, options));
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

function watch(bundle: ServedBundle, { interval, onReload, onProblem }: WatchOptions): () => void {
  let stopped = false;
  let wait = interval;
  let said = "";
  let timer = setTimeout(look, wait).unref();
  async function look(): Promise<void> {
    const before = bundle.current.name;
    try {
      if (await bundle.refresh()) onReload?.(bundle, before);
      wait = interval;
      said = "";
    } catch (error) {
      const { message } = error as Error;
      if (message !== said) onProblem?.(bundle, message);
      said = message;
      wait = Math.min(2 * wait, Math.max(interval, slowest));
    }
    if (!stopped) timer = setTimeout(look, wait).unref();
  }
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
