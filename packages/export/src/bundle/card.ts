import type { Condition, Manifest } from "@vaekit/infer";
import type { ElboChange } from "./elbo.js";

/** The model card: what the model is, what it was trained on, how good it is by which protocol, how to load it. */
export function modelCard(manifest: Manifest): string {
  const { data, latent, likelihood, prior, condition, training, verified, latentStatistics } = manifest;
  const [height, width, channels] = data.shape;
  const settings = Object.entries(training)
    .filter(([, value]) => typeof value !== "object" || value === null)
    .map(([name, value]) => `| ${name} | ${value} |`);
  const checks = Object.entries(verified).flatMap(([graph, { outputs, tolerance, batches }]) =>
    Object.entries(outputs).map(
      ([name, { maxAbsolute, maxRelative }]) =>
        `| ${graph}.${name} | ${maxAbsolute.toExponential(1)} | ${maxRelative.toExponential(1)} | ${tolerance} | ${batches.join(", ")} |`,
    ),
  );
  return `# A variational autoencoder of ${data.name}

Made by ${manifest.producer}. Pictures of ${height} x ${width} pixels, ${channels} channel${channels === 1 ? "" : "s"}, become
${latent} numbers and back. Likelihood: ${likelihood.name}; prior: ${prior.name}.${conditionText(condition)}

## Metrics

${metricsText(training.metrics)}

## Training

| setting | value |
|---|---|
${settings.join("\n")}

${latentStatistics?.kl ? `${activeText(latentStatistics.kl)}\n` : ""}
## Limits

It knows pictures like those it was trained on. Anything else is encoded without complaint; a low \`score\` tells.
Its samples are as varied as its training data and no more.

## Use

\`\`\`ts
import { Vae } from "@vaekit/infer";

const vae = await Vae.load(".");
const { x_mean } = await vae.sample(16, { seed: 1${exampleOf(condition)} });  // [16, ${data.shape.join(", ")}], ${data.range.join(" to ")}
\`\`\`

Pixels go in as uint8 from ${data.range[0]} to ${data.range[1]}: scaling is inside the graphs.

${weightsText(manifest)}## Verified

ONNX Runtime against tfjs, on random and real inputs${manifest.weights ? ", with float32 weights" : ""}.

| output | largest absolute error | largest relative error | tolerance | batch sizes |
|---|---|---|---|---|
${checks.join("\n")}
`;
}

function conditionText(condition: Condition | null): string {
  if (!condition) return "";
  const what =
    condition.kind === "labels"
      ? `a label from 0 to ${condition.classes - 1}`
      : `${condition.names.join(", ")}, in their own units`;
  return `\nIt is conditional: encoder and decoder are told ${what}, and every call takes it as c.`;
}

/** c of one row, as a program would write it. */
function exampleOf(condition: Condition | null): string {
  if (!condition) return "";
  if (condition.kind === "labels") return `, c: [${condition.classes - 1}]`;
  return `, c: [${condition.mean.map((value) => Number(value.toPrecision(3))).join(", ")}]`;
}

/** What smaller weights cost; empty where they are float32. */
function weightsText({ weights }: Manifest): string {
  if (!weights) return "";
  const { format, bytes, graphs, elbo, tolerance } = weights;
  const rows = Object.entries(graphs).flatMap(([graph, { outputs }]) =>
    Object.entries(outputs).map(
      ([name, { maxAbsolute, maxRelative }]) =>
        `| ${graph}.${name} | ${maxAbsolute.toExponential(1)} | ${maxRelative.toExponential(1)} | ${tolerance} |`,
    ),
  );
  return `## Weights

Large weights are stored as ${format}: the graphs take ${bytes.after} bytes, ${bytes.before} with float32.
${elbo ? elboText(elbo) : "No examples were given, so the change in ELBO was not measured."} Against the float32 graphs:

| output | largest absolute error | largest relative error | tolerance |
|---|---|---|---|
${rows.join("\n")}

`;
}

function elboText({ examples, before, after, largestChange }: ElboChange): string {
  return `ELBO on ${examples} examples that were given at export, same noise for both: ${before.toFixed(3)} nats per example with
float32, ${after.toFixed(3)} as stored; the largest change of one example is ${largestChange.toFixed(3)}.`;
}

function metricsText(metrics: unknown): string {
  const line = metrics as {
    epoch: number;
    validation: null | { elbo: number; reconstruction: number; kl: number; examples: number };
  } | null;
  if (!line?.validation) return "No examples were kept back, so none were measured.";
  const { elbo, reconstruction, kl, examples } = line.validation;
  return `After epoch ${line.epoch}, on ${examples} examples that were not trained on, one seeded sample of z each, beta = 1,
nats per example: ELBO ${elbo.toFixed(2)}, reconstruction ${reconstruction.toFixed(2)}, KL ${kl.toFixed(2)}.`;
}

/** A dimension with a KL below this carries next to nothing about the data. */
const activeKl = 0.01;

function activeText(kl: readonly number[]): string {
  const active = kl.filter((value) => value > activeKl).length;
  return `${active} of ${kl.length} latent dimensions have a KL above ${activeKl} nats.`;
}
