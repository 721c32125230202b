import type { Command } from "commander";
import type { OutputFlags } from "../io.js";
import { integerBetween } from "../options.js";
import { action, verb } from "../verb.js";

interface PreviewFlags extends OutputFlags {
  port?: number;
  host: string;
  cors?: boolean;
}

const usualPort = 4173;
/** A port that was asked for is the one or none. */
const tries = 20;

export function previewVerb(): Command {
  return verb({
    usage: "preview <site>",
    summary:
      "Show what `vaekit deploy` wrote, a folder or a page that is one file, in a browser on this machine",
    example: "vaekit preview site",
  })
    .option(
      "--port <n>",
      `0 for any that is free (default: ${usualPort}, or the next that is free)`,
      integerBetween("--port", 0, 65535),
    )
    .option("--host <address>", "address to listen at; 0.0.0.0 for all of this machine's", "127.0.0.1")
    .option(
      "--cors",
      "let pages of other origins read the files, such as one that shows <vae-decoder> from here (default: only the site itself)",
    )
    .action(
      action<PreviewFlags>(async ([site], { port, host, cors }, io) => {
        const { previewTarget } = await import("../preview/target.js");
        const { startPreview } = await import("../preview/server.js");
        const target = previewTarget(site!);
        const ended = stopSignal();
        const preview = await startPreview(target, {
          host,
          cors,
          port: port ?? usualPort,
          tries: port === undefined ? tries : 0,
        });
        const moved = port === undefined && preview.port !== usualPort;
        if (moved) io.note(`port ${usualPort} is taken; this is at ${preview.port}`);
        io.result(
          { url: preview.url, site: site!, pid: process.pid },
          `${site} at ${preview.url} (Ctrl-C ends it)`,
        );
        await ended;
        await preview.close();
      }),
    );
}

/** Resolves at Ctrl-C or SIGTERM. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve());
  });
}
