import type { EpochMetrics, FitEvent } from "@vaekit/train";

const barWidth = 20;

/**
 * Shows a run on a stream: one line that changes on a terminal, a line per epoch elsewhere.
 * Figures are the ELBO with beta = 1 in nats per example, and training examples per second.
 */
export function createProgress(stream: NodeJS.WriteStream): (event: FitEvent) => void {
  const live = stream.isTTY === true;
  const line = (text: string) => stream.write(live ? `\r\x1b[2K${text}\n` : `${text}\n`);
  let epochs = 0;
  return (event) => {
    switch (event.type) {
      case "start": {
        epochs = event.epochs;
        const kept = event.validation > 0 ? `, ${event.validation} to validate` : "";
        line(
          `${event.examples} examples to train${kept}; ${event.parameters} parameters; engine ${event.engine}`,
        );
        return;
      }
      case "warning":
        line(`note: ${event.message}`);
        return;
      case "step": {
        if (!live) return;
        const done = Math.round((event.batch / event.batches) * barWidth);
        const bar = "#".repeat(done) + "-".repeat(barWidth - done);
        stream.write(
          `\r\x1b[2Kepoch ${event.epoch}/${epochs} [${bar}] ELBO ${event.elbo.toFixed(2)}  ` +
            `${Math.round(event.examplesPerSecond)} examples/s  ${formatSeconds(event.secondsLeft)} left`,
        );
        return;
      }
      case "epoch":
        line(epochLine(event.metrics, epochs));
        return;
      case "early-stop":
        line(
          `stopped after epoch ${event.epoch}: no better validation loss since epoch ${event.best}, whose weights are kept`,
        );
        return;
      case "stopped":
        line(`stopped at step ${event.step}`);
        return;
      case "checkpoint":
        return;
    }
  };
}

/**
 * An epoch's figures: the ELBO with beta = 1; the loss that was minimised, with what it weighs the KL by, where the two
 * differ; what else the objective computed; the validation examples' ELBO in its two parts.
 */
function epochLine(metrics: EpochMetrics, epochs: number): string {
  const { epoch, loss, train, terms, validation, beta, capacity, examplesPerSecond, seconds } = metrics;
  const parts = [`epoch ${epoch}/${epochs}`, `ELBO ${train.elbo.toFixed(2)}`];
  if (Math.abs(loss + train.elbo) > 0.005) {
    const weighed = [
      ...(beta === 1 ? [] : [`beta ${short(beta)}`]),
      ...(capacity === null ? [] : [`capacity ${short(capacity)}`]),
    ];
    parts.push(`loss ${loss.toFixed(2)}${weighed.length > 0 ? ` (${weighed.join(", ")})` : ""}`);
  }
  for (const [name, value] of Object.entries(terms)) {
    parts.push(`${termNames[name] ?? name.replaceAll("_", " ")} ${figure(value)}`);
  }
  if (validation) {
    const { elbo, reconstruction, kl } = validation;
    parts.push(
      `validation ELBO ${elbo.toFixed(2)} (reconstruction ${reconstruction.toFixed(2)}, KL ${kl.toFixed(2)})`,
    );
  }
  parts.push(`${Math.round(examplesPerSecond)} examples/s`, formatSeconds(seconds));
  return parts.join("  ");
}

/** Terms whose names in metrics.jsonl are not how they are spoken of. */
const termNames: Readonly<Record<string, string>> = {
  iwae: "IWAE bound",
  mmd: "MMD",
  dimension_wise_kl: "dimension-wise KL",
};

/** Two decimals, or three digits of what is small. */
function figure(value: number): string {
  return Math.abs(value) >= 1 ? value.toFixed(2) : short(value);
}

const short = (value: number) => String(Number(value.toPrecision(3)));

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
