type Terms = Record<string, number> & { loss: number };

/** Terms of each step, in nats per example, on both sides. */
export interface Comparison {
  name: string;
  ours: Terms[];
  theirs: Terms[];
}

export const steps: number;

export function compareWithPyTorch(
  python: string,
  names?: readonly string[],
): Promise<{ version: string; results: Comparison[] }>;

export function differences(
  sides: Pick<Comparison, "ours" | "theirs">,
): Record<string, { difference: number; step: number }>;
