import { type ServeOptions, serve } from "@vaekit/serve";
import { expect, it, onTestFinished, vi } from "vitest";
import { latent, smallBundle } from "../infer/small-bundle.ts";
import { gatedModel } from "./gated-model.ts";
import { codes, get, post } from "./support.ts";

const bundle = smallBundle();

async function gated(options: ServeOptions) {
  const model = gatedModel();
  const server = await serve(`bars=${bundle.directory}`, { port: 0, reload: 0, ...options }, model.load);
  onTestFinished(async () => {
    model.open();
    await server.close();
  });
  model.runs.length = 0;
  const decode = (rows: number, seed: number, init: RequestInit = {}) =>
    fetch(`${server.url}/decode`, {
      method: "POST",
      body: JSON.stringify({ z: Array.from(codes(rows, latent, seed)) }),
      ...init,
    });
  return { ...model, server, decode };
}

it("joins requests that wait, and gives each its own rows", async () => {
  const { runs, decode, close, open } = await gated({ maxBatch: 16 });
  const sizes = Array.from({ length: 24 }, (_, i) => 1 + (i % 3));
  close();
  const answers = sizes.map((rows, i) => decode(rows, i));
  await vi.waitFor(() => expect(runs).toHaveLength(1));
  // All others arrive while the first run is held back.
  await new Promise((resolve) => setTimeout(resolve, 300));
  open();
  const vae = await bundle.load();
  for (const [i, answer] of answers.entries()) {
    const { x_mean } = await (await answer).json();
    const expected = await vae.decode(codes(sizes[i]!, latent, i));
    expect(Float32Array.from(x_mean.flat(3))).toBeAllClose(expected.x_mean.data, { rtol: 1e-5, atol: 1e-4 });
  }
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  expect(runs.reduce((sum, size) => sum + size, 0)).toBe(rows);
  expect(Math.max(...runs)).toBeLessThanOrEqual(16);
  expect(runs.length).toBeLessThan(sizes.length / 2);
});

it("with a largest batch of 1, each request runs alone", async () => {
  const { runs, decode } = await gated({ maxBatch: 1 });
  const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => decode(2, i)));
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
  expect(runs).toEqual(Array(6).fill(2));
});

it("with a window, waits for others, and no longer once the batch is full", async () => {
  const { runs, decode } = await gated({ maxBatch: 4, batchWindow: 10_000 });
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => decode(1, i)));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(runs.every((rows) => rows <= 4)).toBe(true);
  expect(runs.length).toBeLessThanOrEqual(4);
});

it("answers 429 beyond the queue, and all others once there is room again", async () => {
  const { server, runs, decode, close, open } = await gated({ queue: 6 });
  close();
  const first = [decode(2, 1), decode(2, 2)];
  await vi.waitFor(() => expect(runs.length).toBeGreaterThan(0));
  await vi.waitFor(async () =>
    expect((await get(`${server.url}/metrics`)).json).toContain("\nvaekit_queue_rows 4\n"),
  );
  const tooMany = await decode(3, 3);
  expect(tooMany.status).toBe(429);
  expect(tooMany.headers.get("retry-after")).toBe("1");
  expect((await tooMany.json()).error).toContain("4 of 6 rows wait or run");
  const fits = decode(2, 4);
  await vi.waitFor(async () =>
    expect((await get(`${server.url}/metrics`)).json).toContain("\nvaekit_queue_rows 6\n"),
  );
  // Now there is no room for anything: refused before the body is read.
  expect((await post(`${server.url}/encode`, "not JSON")).status).toBe(429);
  expect((await get(`${server.url}/v2/health/ready`)).status).toBe(200);
  open();
  expect((await Promise.all([...first, fits])).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await decode(3, 3)).status).toBe(200);
  const never = await decode(7, 1);
  expect(never.status).toBe(413);
});

it("drops requests whose client has gone", async () => {
  const { server, runs, decode, close, open } = await gated({});
  close();
  const first = decode(1, 1);
  await vi.waitFor(() => expect(runs).toEqual([1]));
  const controller = new AbortController();
  const gone = decode(5, 2, { signal: controller.signal });
  await vi.waitFor(async () =>
    expect((await get(`${server.url}/metrics`)).json).toContain("\nvaekit_queue_rows 6\n"),
  );
  controller.abort();
  await expect(gone).rejects.toThrow();
  const stays = decode(2, 3);
  await vi.waitFor(async () =>
    expect((await get(`${server.url}/metrics`)).json).toContain("\nvaekit_queue_rows 8\n"),
  );
  open();
  expect((await first).status).toBe(200);
  expect((await stays).status).toBe(200);
  expect(runs).toEqual([1, 2]);
});
