import { UsageError } from "@vaekit/infer";
import type { Command } from "commander";
import type { OutputFlags } from "../io.js";
import {
  integerBetween,
  integerFromZero,
  numberFromZero,
  positiveInteger,
  positiveNumber,
} from "../options.js";
import { action, verb } from "../verb.js";

interface ServeVerbOptions extends OutputFlags {
  port: number;
  host: string;
  token?: string;
  threads?: number;
  workers?: number;
  batchWindow?: number;
  maxBatch?: number;
  queue?: number;
  maxRows?: number;
  bodyLimit?: number;
  requestTimeout?: number;
  connections?: number;
  reload?: number;
  drainTimeout?: number;
  log?: boolean;
}

export function serveVerb(): Command {
  return verb({
    usage: "serve <bundle...>",
    summary:
      "Serve bundles, directories or .zip files, over HTTP, each under its own name or as name=path: the Open Inference Protocol " +
      "(/v2), plain routes (/encode, /decode, /sample.png, ...), a page of them all (/docs), /metrics",
    example: "vaekit serve models/digits --port 8000",
  })
    .option("--port <n>", "0 for any that is free", integerBetween("--port", 0, 65535), 8000)
    .option("--host <address>", "address to listen at; 0.0.0.0 for all of this machine's", "127.0.0.1")
    .option("--token <token>", "ask for it as a bearer token; better in the variable VAEKIT_TOKEN")
    .option("--threads <n>", "threads inside one operator (default: 1)", positiveInteger("--threads"))
    .option(
      "--workers <n>",
      "workers that run the graphs (default: 0, the server's own thread)",
      integerFromZero("--workers"),
    )
    .option(
      "--batch-window <ms>",
      "what a request waits for others to run with (default: 0, those that have arrived)",
      numberFromZero("--batch-window"),
    )
    .option(
      "--max-batch <rows>",
      "most rows that run together; 1 for none (default: 64)",
      positiveInteger("--max-batch"),
    )
    .option(
      "--queue <rows>",
      "rows that may wait or run; more are answered with 429 (default: 1024)",
      positiveInteger("--queue"),
    )
    .option(
      "--max-rows <rows>",
      "most rows of one request (default: the queue)",
      positiveInteger("--max-rows"),
    )
    .option("--body-limit <MiB>", "largest body (default: 16)", positiveNumber("--body-limit"))
    .option(
      "--request-timeout <s>",
      "for a request to arrive (default: 30)",
      positiveNumber("--request-timeout"),
    )
    .option("--connections <n>", "at the same time (default: 1024)", positiveInteger("--connections"))
    .option(
      "--reload <s>",
      "between two looks for new versions of the bundles; 0 for none (default: 1)",
      numberFromZero("--reload"),
    )
    .option(
      "--drain-timeout <s>",
      "to finish requests when stopped (default: 30)",
      numberFromZero("--drain-timeout"),
    )
    .option("--log", "write a JSON line for each request, once answered, to standard error")
    .action(
      action<ServeVerbOptions>(async (sources, { log, json, debug, ...options }, io) => {
        const { serve } = await import("@vaekit/serve");
        const {
          token = process.env.VAEKIT_TOKEN,
          bodyLimit,
          requestTimeout,
          reload,
          drainTimeout,
          ...rest
        } = options;
        if (token === "")
          throw new UsageError("--token and VAEKIT_TOKEN must not be empty; leave them out for none");
        const server = await serve(sources.flat(), {
          ...rest,
          token,
          bodyLimit: scaled(bodyLimit, 2 ** 20),
          requestTimeout: scaled(requestTimeout, 1e3),
          reload: scaled(reload, 1e3),
          drainTimeout: scaled(drainTimeout, 1e3),
          log: log ? process.stderr : null,
          note: io.note,
        });
        const stop = stopSignal();
        const { url, bundles } = server;
        io.result(
          { url, bundles, pid: process.pid },
          [
            ...bundles.map(({ name, directory }) => `${directory} at ${url}/${name}`),
            `all routes: ${url}/docs`,
          ].join("\n"),
        );
        await stop;
        io.note("stopping: what was accepted is answered first (again to stop at once)");
        await server.close();
      }),
    );
}

function scaled(value: number | undefined, unit: number): number | undefined {
  return value === undefined ? undefined : Math.round(value * unit);
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (asked) {
        // process.exit would wait for file operations that hang; the signal itself waits for nothing.
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
        return;
      }
      asked = true;
      resolve();
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  });
}
