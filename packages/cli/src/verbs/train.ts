import { basename, join } from "node:path";
import type { Run } from "@vaekit/train";
import { type Command, Help, Option } from "commander";
import type { Io } from "../io.js";
import { quote } from "../quote.js";
import { action, verb } from "../verb.js";
import { examples, settingsHelp } from "./train/help.js";
import { optionGroups } from "./train/options.js";
import type { TrainFlags } from "./train/types.js";

export function trainVerb(): Command {
  const command = verb({
    usage: "train [data]",
    summary:
      "Train a VAE on a named data set (mnist, fashion-mnist, shapes; mnist:test is its test part) or an IDX file",
    example: examples.join("\n  "),
  });
  for (const [heading, options] of Object.entries(optionGroups)) {
    command.optionsGroup(heading);
    for (const { flags, about, parse } of Object.values(options)) {
      if (flags.includes("<")) command.option(flags, about, parse);
      else command.option(flags, about);
    }
    if (heading === "Run:") {
      command
        .option("--force", "replace what is at --out")
        .option("--resume <run>", "go on with a run from its newest checkpoint")
        .option("--config <file>", "read these options from a JSON file; the command line wins");
    }
  }
  return command
    .addOption(new Option("--no-batch-norm").hideHelp())
    .addHelpText("after", settingsHelp)
    .configureHelp({ groupItems: commonLast })
    .action(
      action<TrainFlags>(async ([data], options, io) => {
        const run = await (options.resume === undefined
          ? (await import("./train/start.js")).start(data, options, io)
          : (await import("./train/go-on.js")).goOn(data, options, io));
        report(run, io);
      }),
    );
}

/** What every verb has comes behind what this one has. */
function commonLast<T extends Command | Option>(...all: Parameters<typeof Help.prototype.groupItems<T>>) {
  const groups = new Help().groupItems<T>(...all);
  const common = groups.get("Options:") ?? [];
  groups.delete("Options:");
  return groups.set("As with every verb:", common);
}

function report({ vae, config, metrics, directory, bestEpoch, stopped }: Run, io: Io): void {
  vae.dispose();
  const last = metrics.at(-1) ?? null;
  const best = metrics.find(({ epoch }) => epoch === bestEpoch);
  const kept = best?.validation
    ? `weights: of epoch ${bestEpoch}, the best: validation ELBO ${best.validation.elbo.toFixed(2)}\n`
    : "";
  const next = stopped
    ? `Stopped. Go on with: npx vaekit train --resume ${quote(directory!)}`
    : `Next: npx vaekit export ${quote(directory!)} --out ${quote(join("models", basename(directory!)))}`;
  io.result(
    { run: directory, stopped, epochs: config.epochs, bestEpoch, metrics: last },
    `run: ${directory}\n${kept}${next}`,
  );
}
