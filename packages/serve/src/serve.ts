import type { AddressInfo } from "node:net";
import { UsageError } from "@vaekit/infer";
import type { FastifyInstance } from "fastify";
import { createApp } from "./app/app.js";
import { drain } from "./app/drain.js";
import { Admission } from "./batching/admission.js";
import { ServedBundle } from "./bundle/bundle.js";
import { type LoadModel, loadModel } from "./bundle/model.js";
import { type NamedBundle, nameBundles } from "./bundle/name.js";
import { watchBundles } from "./bundle/watch.js";
import type { Context } from "./context.js";
import { createMetrics, type Metrics } from "./metrics.js";
import { type ServeOptions, type Settings, settingsOf } from "./options.js";

/** A server that runs. */
export interface Serving {
  /** Where it listens: http://127.0.0.1:8000 */
  readonly url: string;
  /** The bundles by the names that paths have, with the versions that are served now. */
  readonly bundles: readonly { name: string; directory: string; version: string }[];
  /** Stop taking requests, answer all that were accepted, free everything; safe to call twice. */
  close(): Promise<void>;
}

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);
/** For requests that are on their way on a connection that is open. */
const idleGrace = 250;

/**
 * Serve bundles over HTTP. sources: directories, `models/digits` served as digits, or `numbers=models/digits`
 * @throws UsageError for options out of range, names that no path can have, or an address that cannot be had;
 *   BundleError for a bundle that is missing or damaged
 */
export async function serve(
  sources: string | readonly string[],
  options: ServeOptions = {},
  load: LoadModel = loadModel,
): Promise<Serving> {
  const settings = settingsOf(options);
  const named = nameBundles(typeof sources === "string" ? [sources] : sources);
  const admission = new Admission(settings.queue);
  const metrics = createMetrics(admission);
  const bundles = await loadAll(named, settings, metrics, load);
  let app: FastifyInstance | undefined;
  try {
    const context: Context = { bundles, admission, largestRequest: settings.maxRows, draining: false };
    app = await createApp(context, metrics, settings);
    await listen(app, settings);
    const watch = watchReloads(bundles, settings, metrics);
    if (!loopback.has(settings.host) && settings.token === undefined) {
      settings.note(`anyone who can reach ${settings.host} can use this server: give it a token`);
    }
    return running(app, context, watch, settings);
  } catch (error) {
    await app?.close();
    await Promise.all(bundles.map((bundle) => bundle.dispose()));
    throw error;
  }
}

function running(
  app: FastifyInstance,
  context: Context,
  watch: { stop(): void } | null,
  { drainTimeout, host }: Settings,
): Serving {
  const { address, port, family } = app.server.address() as AddressInfo;
  const shown = loopback.has(host) ? host : address;
  const stop = async () => {
    watch?.stop();
    await drain(app, {
      grace: Math.min(idleGrace, drainTimeout),
      timeout: drainTimeout,
      onClosed: () => {
        context.draining = true;
      },
    });
    await Promise.all(context.bundles.map((bundle) => bundle.dispose()));
  };
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${family === "IPv6" && shown.includes(":") ? `[${shown}]` : shown}:${port}`,
    get bundles() {
      return context.bundles.map(({ name, directory, current }) => ({
        name,
        directory,
        version: current.name,
      }));
    },
    close() {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function loadAll(
  named: readonly NamedBundle[],
  { threads, workers, batchWindow, maxBatch }: Settings,
  metrics: Metrics,
  load: LoadModel,
): Promise<ServedBundle[]> {
  const bundles: ServedBundle[] = [];
  try {
    for (const { name, directory } of named) {
      const bundle = await ServedBundle.load(name, directory, {
        load,
        threads,
        workers,
        lanes: Math.max(1, workers),
        window: batchWindow,
        largest: maxBatch,
        onBatch(graph, rows, requests) {
          metrics.batchRows.observe({ bundle: name, graph }, rows);
          metrics.batchRequests.observe({ bundle: name, graph }, requests);
        },
        onLoad: (seconds) => metrics.loadSeconds.set({ bundle: name }, seconds),
      });
      metrics.version.set({ bundle: name, version: bundle.current.name }, 1);
      bundles.push(bundle);
    }
    return bundles;
  } catch (error) {
    await Promise.all(bundles.map((bundle) => bundle.dispose()));
    throw error;
  }
}

function watchReloads(bundles: readonly ServedBundle[], { reload, note }: Settings, metrics: Metrics) {
  if (reload === 0) return null;
  return watchBundles(bundles, {
    interval: reload,
    onReload({ name, current }, before) {
      metrics.reloads.inc({ bundle: name, result: "swapped" });
      metrics.version.remove({ bundle: name, version: before });
      metrics.version.set({ bundle: name, version: current.name }, 1);
      note(`${name}: version ${current.name} is served now`);
    },
    onProblem({ name, current }, message) {
      metrics.reloads.inc({ bundle: name, result: "failed" });
      note(`${name}: version ${current.name} stays, since the new one cannot be served: ${message}`);
    },
  });
}

async function listen(app: FastifyInstance, { host, port }: Settings): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "another program listens there; give another port" : `${code}`;
    throw new UsageError(`serve: cannot listen at ${host}, port ${port}: ${why}`, { cause });
  }
}
