import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();

/** An hour every night; a minute in CI, where it is a step of its own; in less, caches and arenas are still filling. */
const seconds = Number(process.env.VAEKIT_SOAK ?? (process.env.VAEKIT_NIGHTLY ? 3600 : 0));

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

it.runIf(seconds > 0)(
  `uses no more memory the longer it runs (${seconds} s)`,
  {
    timeout: seconds * 2000 + 120_000,
  },
  async () => {
    const worker = join(import.meta.dirname, "soak-worker.mjs");
    const { stdout } = await promisify(execFile)(process.execPath, [worker, bundle.directory, `${seconds}`]);
    const { rounds, rss, heap } = JSON.parse(stdout) as { rounds: number; rss: number[]; heap: number[] };
    console.log(
      `${rounds} rounds in ${seconds} s; MB resident ${rss.map(Math.round).join(" ")}; heap ${heap.map(Math.round).join(" ")}`,
    );
    expect(rounds).toBeGreaterThan(10);
    // Of 20 readings, the last five against five after the first third: caches and arenas are full by then.
    const growth = (values: number[]) => median(values.slice(15)) - median(values.slice(6, 11));
    expect(growth(heap)).toBeLessThan(2);
    expect(growth(rss)).toBeLessThan(16);
  },
);
