import type { EpochMetrics, FitEvent } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { createProgress } from "../../packages/cli/src/progress.ts";

const start: FitEvent = {
  type: "start",
  epochs: 9,
  batches: 2,
  examples: 256,
  validation: 0,
  parameters: 10,
  engine: "compiled",
};
const metrics: EpochMetrics = {
  epoch: 2,
  step: 4,
  loss: 100,
  train: { elbo: -100, reconstruction: 90, kl: 10 },
  terms: {},
  validation: null,
  learningRate: 1e-3,
  beta: 1,
  capacity: null,
  examplesPerSecond: 1000.4,
  seconds: 61,
};

/** What a run's events look like where there is no terminal. */
function shown(...events: FitEvent[]): string {
  let text = "";
  const write = (chunk: string) => {
    text += chunk;
    return true;
  };
  const tell = createProgress({ isTTY: false, write } as unknown as NodeJS.WriteStream);
  for (const event of [start, ...events]) tell(event);
  return text.slice(text.indexOf("\n") + 1);
}

const epoch = (changes: Partial<EpochMetrics>) =>
  shown({ type: "epoch", metrics: { ...metrics, ...changes } });

describe("an epoch's line", () => {
  it("has the ELBO once where the loss is that", () => {
    expect(epoch({})).toBe("epoch 2/9  ELBO -100.00  1000 examples/s  1 min 1 s\n");
  });

  it("has the loss beside it where they differ, with what the KL is weighed by", () => {
    expect(epoch({ loss: 92.5, beta: 0.25 })).toContain("ELBO -100.00  loss 92.50 (beta 0.25)  1000");
    expect(epoch({ loss: 390, beta: 30, capacity: 1 / 3 })).toContain(
      "loss 390.00 (beta 30, capacity 0.333)",
    );
    expect(epoch({ loss: 95 })).toContain("ELBO -100.00  loss 95.00  1000");
  });

  it("has what else the objective computed, in words", () => {
    const terms = {
      iwae: -98.765,
      total_correlation: 0.0012345,
      dimension_wise_kl: 3,
      gradient_norm: 12.3456,
    };
    expect(epoch({ terms })).toContain(
      "  IWAE bound -98.77  total correlation 0.00123  dimension-wise KL 3.00  gradient norm 12.35  ",
    );
  });

  it("has the validation's ELBO in its parts", () => {
    const validation = { elbo: -101.5, reconstruction: 91, kl: 10.5, examples: 30 };
    expect(epoch({ validation })).toContain(
      "  validation ELBO -101.50 (reconstruction 91.00, KL 10.50)  1000 examples/s",
    );
  });
});

it("the early stop is a line of its own", () => {
  expect(shown({ type: "early-stop", epoch: 7, best: 4 })).toBe(
    "stopped after epoch 7: no better validation loss since epoch 4, whose weights are kept\n",
  );
});

it("a warning is a note", () => {
  expect(shown({ type: "warning", message: "look" })).toBe("note: look\n");
});
