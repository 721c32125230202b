import type { FitEvent } from "@vaekit/train";

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
      case "epoch": {
        const { epoch, loss, train, validation, examplesPerSecond, seconds } = event.metrics;
        // With beta = 1 the loss is the negative ELBO and would say the same twice.
        const minimised = Math.abs(loss + train.elbo) > 0.005 ? `  loss ${loss.toFixed(2)}` : "";
        const held = validation
          ? `  validation ELBO ${validation.elbo.toFixed(2)} (reconstruction ${validation.reconstruction.toFixed(2)}, KL ${validation.kl.toFixed(2)})`
          : "";
        line(
          `epoch ${epoch}/${epochs}  ELBO ${train.elbo.toFixed(2)}${minimised}${held}  ` +
            `${Math.round(examplesPerSecond)} examples/s  ${formatSeconds(seconds)}`,
        );
        return;
      }
      case "stopped":
        line(`stopped at step ${event.step}`);
        return;
      case "checkpoint":
        return;
    }
  };
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
