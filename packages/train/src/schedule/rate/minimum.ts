import { UsageError } from "@vaekit/infer";

/** @throws UsageError for a minimum that is no less than what the schedule begins with */
export function checkMinimum(kind: string, minimum: number, learningRate: number): void {
  if (minimum < learningRate) return;
  throw new UsageError(
    `learning rate ${kind}: its minimum ${minimum} is not below the learning rate ${learningRate}.`,
  );
}
