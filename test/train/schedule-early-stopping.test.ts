import { UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { checkEarlyStopping, earlyStopping } from "../../packages/train/src/schedule/early-stopping.ts";

/** The epoch after which a run would end, or null. */
function endOf(losses: readonly number[], patience: number, from = 1): number | null {
  const at = losses.findIndex((_, i) => earlyStopping(losses.slice(0, i + 1), { patience, from }).stop);
  return at < 0 ? null : at + 1;
}

describe("early stopping", () => {
  const losses = [9, 8, 8.5, 8.2, 7, 7, 7.1, 7.2, 6];

  it("ends a run after so many epochs without a better loss; an equal one is not better", () => {
    expect(endOf(losses, 2)).toBe(4);
    expect(endOf(losses, 3)).toBe(8);
    expect(endOf(losses, 4)).toBeNull();
  });

  it("names the best epoch, the first where several are", () => {
    const bestOf = (count: number) => earlyStopping(losses.slice(0, count), { patience: 9, from: 1 }).best;
    expect([0, 1, 2, 4, 6, 8, 9].map(bestOf)).toEqual([0, 1, 2, 2, 5, 5, 9]);
  });

  it("takes no epoch of a warm-up for the best, and counts none", () => {
    expect(endOf(losses, 2, 4)).toBe(7);
    expect(endOf(losses, 3, 7)).toBeNull();
    const rising = [1, 2, 3, 4, 5, 6];
    expect(endOf(rising, 2, 4)).toBe(6);
    expect(earlyStopping(rising, { patience: 2, from: 4 })).toEqual({ stop: true, best: 4 });
  });

  it("takes the newest for the best while the warm-up lasts", () => {
    const bestOf = (count: number) => earlyStopping(losses.slice(0, count), { patience: 9, from: 4 }).best;
    expect([0, 1, 2, 3, 4, 5, 9].map(bestOf)).toEqual([0, 1, 2, 3, 4, 5, 9]);
    expect(earlyStopping([3, 9, 8, 7, 8], { patience: 9, from: 3 }).best).toBe(4);
  });

  it("takes no loss that is not a number for a better one", () => {
    expect(earlyStopping([Number.NaN, 3, Number.NaN], { patience: 2, from: 1 })).toEqual({
      stop: false,
      best: 2,
    });
  });

  it("is refused where it could not end the run early, or has nothing to follow", () => {
    const check = (patience: number, from: number, epochs: number, validation = true) =>
      checkEarlyStopping({ patience, from }, { epochs, validation });
    expect(() => check(2, 1, 3)).toThrow(UsageError);
    expect(() => check(2, 1, 3)).toThrow(
      /patience 2, counted from epoch 1 on, .* after epoch 3 .* the run has 3\. /,
    );
    expect(() => check(2, 1, 4)).not.toThrow();
    expect(endOf([1, 1, 1, 1], 2)).toBe(3);
    expect(() => check(2, 4, 6)).toThrow(/after epoch 6 at the earliest/);
    expect(() => check(2, 4, 7)).not.toThrow();
    expect(endOf([1, 1, 1, 1, 1, 1], 2, 4)).toBe(6);
    expect(() => check(2, 1, 9, false)).toThrow(/no examples are kept back/);
  });
});
