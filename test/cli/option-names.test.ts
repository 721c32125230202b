import { describe, expect, it } from "vitest";
import { withOptionNames } from "../../packages/cli/src/option-names.ts";

describe("the command line's names for a library's", () => {
  it.each([
    [
      "warmup: it takes 20 epochs.",
      "warmup: it takes 20 epochs. On the command line, warmup is --kl-warmup.",
    ],
    [
      'freeBits: no groups of 2. Use group "all"',
      'freeBits: no groups of 2. Use group "all". On the command line, freeBits is --free-bits and group "all" is ' +
        "--free-bits <nats>:group=all.",
    ],
    [
      'objective elbo: there is no option "beta". beta is an option of its own.',
      'objective elbo: there is no option "beta". beta is an option of its own. On the command line, beta is --beta.',
    ],
  ])("%s", (message, told) => expect(withOptionNames(message)).toBe(told));

  it.each([
    "beta must be a number of at least 0, got -1",
    "--kl-warmup takes epochs; warmup is not one",
    "runs/warmup exists already. Use --force to replace it.",
    "warmup.json: no such file",
  ])("%s: stays as it is", (message) => expect(withOptionNames(message)).toBe(message));
});
