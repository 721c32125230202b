import type { BundleSource } from "../bundle/source.js";
import { DisposedError } from "../errors.js";
import type { LoadOptions, Progress } from "../load.js";
import type { BaseVae } from "../vae.js";
import { type FromWorker, handle, type LoadMessage, type ToWorker } from "./messages.js";
import { pack, unpack } from "./parcel.js";
import { RemoteSource } from "./remote-source.js";
import { sendError } from "./sent-error.js";

/** The pool, as a worker sees it. */
export interface Port {
  post(message: FromWorker, transfer?: ArrayBuffer[]): void;
  listen(handler: (message: ToWorker) => void): void;
  /** End the worker. */
  close(): void;
}

export type LoadVae = (source: BundleSource | string, options: LoadOptions) => Promise<BaseVae>;

/** Be a pool's worker: load the bundle that it names, and answer its calls. */
export function answer(port: Port, load: LoadVae): void {
  let remote: RemoteSource | null = null;
  let loading: Promise<BaseVae> | null = null;

  const start = async ({ source, options, progress }: LoadMessage): Promise<BaseVae> => {
    const onProgress = (news: Progress) => port.post({ type: "progress", progress: news });
    if ("name" in source) remote = new RemoteSource(source.name, port.post);
    const vae = await load("path" in source ? source.path : remote!, {
      ...options,
      ...(progress && { onProgress }),
    });
    port.post({ type: "loaded", manifest: vae.manifest, runtime: vae.runtime });
    return vae;
  };

  const call = async ({ id, method, args }: Extract<ToWorker, { type: "call" }>): Promise<void> => {
    try {
      if (!loading) throw new DisposedError(`${method}: nothing was loaded`);
      const vae = await loading;
      // onnxruntime-node takes no shared memory ("Invalid argument").
      const given = unpack(args, { ownMemory: vae.runtime === "node" }) as unknown[];
      const result: unknown = await Reflect.apply(vae[method], vae, given);
      // Vae keeps the reference codes; all else that it returns is its caller's.
      const { value, transfer } = pack(result, method !== "reference");
      port.post({ type: "result", id, value }, transfer);
    } catch (error) {
      port.post({ type: "error", id, error: sendError(error) });
    }
  };

  const close = async (): Promise<void> => {
    try {
      await (await loading)?.dispose();
    } catch {
      // It never loaded, which the pool was told, or goes with the worker.
    }
    port.close();
  };

  port.listen((message) =>
    handle<ToWorker>(
      {
        hello() {},
        load(request) {
          loading = start(request);
          loading.catch((error: unknown) => port.post({ type: "failed", error: sendError(error) }));
        },
        call,
        bytes: (news) => remote?.bytes(news),
        file: (content) => remote?.file(content),
        close,
      },
      message,
    ),
  );
  port.post({ type: "started" });
}
