// npm run published -- <name> [--seed n] [--threads n] [--epochs n] [--folder path] [--trained] [--examples n]
// npm run published -- --table
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../support/processes.mjs";
import { createContext } from "./context.mjs";
import { exemplarFashion, exemplarMnist } from "./exemplar.mjs";
import { iwae50 } from "./iwae.mjs";
import { kerasConv } from "./keras-conv.mjs";
import { resultsFolder, verdict, writeTable } from "./table.mjs";

const experiments = {
  "exemplar-mnist": exemplarMnist,
  "exemplar-fashion": exemplarFashion,
  "iwae-50": iwae50,
  "keras-conv": kerasConv,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    threads: { type: "string" },
    epochs: { type: "string" },
    folder: { type: "string" },
    /** Test examples, drawn at random, that the bound is taken on. Default: all. */
    examples: { type: "string" },
    /** Evaluate what is trained so far. */
    trained: { type: "boolean" },
    table: { type: "boolean" },
  },
});

if (!values.table) await measure(positionals[0]);
writeTable(experiments);

async function measure(name) {
  const experiment = Object.hasOwn(experiments, name ?? "") ? experiments[name] : null;
  if (!experiment || positionals.length !== 1) {
    process.stderr.write(`usage: npm run published -- ${Object.keys(experiments).join(" | ")} | --table\n`);
    process.exit(2);
  }
  const number = (text) => (text === undefined ? undefined : Number(text));
  const context = createContext({
    folder: values.folder ?? join(root, ".cache", "published", name),
    seed: number(values.seed),
    threads: number(values.threads),
    trained: values.trained ?? false,
    examples: number(values.examples) ?? "all",
    log: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
  });
  const result = await experiment.run({ ...context, epochs: number(values.epochs) });
  const { source, reference, goal, quantity, protocol } = experiment;
  // Where it was kept is of no use to others.
  const given = process.argv
    .slice(2)
    .filter((word, i, all) => word !== name && word !== "--folder" && all[i - 1] !== "--folder");
  const command = ["npm run published --", name, ...given].join(" ");
  const record = {
    name,
    command,
    source,
    reference,
    goal,
    quantity,
    protocol,
    seed: context.seed,
    ...result,
  };
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(join(resultsFolder, `${name}.json`), `${JSON.stringify(record, null, 2)}\n`);
  const { text, reached } = verdict(record);
  process.stdout.write(
    `${quantity}\npaper: ${reference}\nours:  ${result.value.toFixed(2)}\n${text}\n${protocol}\n`,
  );
  process.exitCode = reached ? 0 : 1;
}
