import { findPython } from "../../tools/python.mjs";
import { compareWithPyTorch, differences, steps } from "../support/objectives.mjs";
import { printTable, target } from "../support/table.mjs";

/** Losses of the first steps of each objective, compiled engine against PyTorch, from the same weights, batches and noise. */
export async function run() {
  const python = findPython({ needs: ["torch", "numpy"] });
  if (!python) {
    console.log("PyTorch is not installed: node tools/python.mjs");
    return false;
  }
  const { version, results } = await compareWithPyTorch(python);
  const rows = results.map((result) => ({ ...result, of: differences(result) }));
  const nats = (terms) => terms.loss.toFixed(4);
  printTable(
    [
      "objective",
      "loss at step 1",
      `vaekit at step ${steps}`,
      `PyTorch ${version.split("+")[0]}`,
      "largest relative difference",
      "at step",
      "of any other term",
    ],
    rows.map(({ name, ours, theirs, of: { loss, ...others } }) => [
      name,
      nats(theirs[0]),
      nats(ours.at(-1)),
      nats(theirs.at(-1)),
      loss.difference.toExponential(1),
      loss.step,
      worst(others),
    ]),
  );
  const reached = rows.map(({ name, of: { loss } }) =>
    target(`${name}: largest |difference of the losses| / |PyTorch's|, in 1e-4`, loss.difference / 1e-4, 1),
  );
  return reached.every(Boolean);
}

function worst(terms) {
  const [[name, { difference }]] = Object.entries(terms).sort(([, a], [, b]) => b.difference - a.difference);
  return `${difference.toExponential(1)} ${name}`;
}
