import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/processes.mjs";

export const resultsFolder = join(root, "bench/published/results");

/** Whether a result reaches its goal, in words. */
export function verdict({ goal, value }) {
  if (goal.atMost !== undefined) {
    const reached = value <= goal.atMost;
    return { reached, text: `goal: at most ${goal.atMost}: ${reached ? "reached" : "not reached"}` };
  }
  if (goal.atLeast !== undefined) {
    const reached = value > goal.atLeast;
    return { reached, text: `goal: above ${goal.atLeast}: ${reached ? "reached" : "not reached"}` };
  }
  const { of, share } = goal.within;
  const reached = Math.abs(value - of) <= share * of;
  return { reached, text: `goal: within ${100 * share} % of ${of}: ${reached ? "reached" : "not reached"}` };
}

/** docs/published.md, from the results that are there. */
export function writeTable(experiments) {
  const sections = Object.entries(experiments).map(([name, { source, reference, quantity, protocol }]) => {
    const file = join(resultsFolder, `${name}.json`);
    const head = `## ${name}\n\n${source}.\n\n- Measured: ${quantity}.\n- Protocol: ${protocol}.\n- Paper: ${reference}.\n`;
    const command = `\`npm run published -- ${name}\``;
    if (!existsSync(file)) return `${head}- Ours: not run yet; ${command}.\n`;
    const result = JSON.parse(readFileSync(file, "utf8"));
    return `${head}${lines(result).join("\n")}\n`;
  });
  const text = `# Published numbers\n\nOurs beside the papers', each by one command, which goes on where it was stopped. This page is written by\n\`npm run published\` from what was measured.\n\n${sections.join("\n")}`;
  writeFileSync(join(root, "docs/published.md"), text);
}

function lines(result) {
  const { value, interval, hours, seed, figures, command } = result;
  const within = interval
    ? ` (95 % over examples: ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`
    : "";
  const time = `${hours.training.toFixed(2)} h of training${hours.evaluation ? `, ${hours.evaluation.toFixed(2)} h of evaluation` : ""}`;
  const sofar = result.unfinished
    ? " Training was stopped before its end, so this is what it had reached."
    : "";
  return [
    `- **Ours: ${value.toFixed(2)}**${within}; ${verdict(result).text}.${sofar}`,
    ...Object.entries(figures).flatMap(([name, figure]) => describe(name, figure)),
    `- \`${command}\`, seed ${seed}: ${time}.`,
  ];
}

function describe(name, figure) {
  if (typeof figure === "number")
    return [`- ${name}: ${Number.isInteger(figure) ? figure : figure.toFixed(2)}`];
  if (name.startsWith("k") && typeof figure === "object") {
    const { value, interval, examples, elbo, epochs, training } = figure;
    return [
      `- K = ${name.slice(1)}: -ln p(x) ${value.toFixed(2)} (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}, ${examples} examples), ELBO ${elbo.toFixed(2)}, ${epochs} epochs, ${training.toFixed(2)} h`,
    ];
  }
  return [];
}
