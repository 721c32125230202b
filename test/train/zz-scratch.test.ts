import { exportBundle, verifyBundle } from "@vaekit/export";
import { Vae as Infer, loadRuntime } from "@vaekit/infer";
import { fit, mlp, resume, tf, Vae, whyMissing } from "@vaekit/train";
import { it } from "vitest";
import { bars, temporaryDirectory } from "../support/data.ts";
it("x", async () => {
  const data = bars(64);
  const dir = temporaryDirectory();
  let t = performance.now();
  const lap = (n: string) => { console.log(n, (performance.now() - t).toFixed(0)); t = performance.now(); };
  const vae = new Vae(mlp({ shape: data.shape, latent: 3, hidden: [16] }), data, 1);
  lap("vae");
  await exportBundle(vae, dir + "/b", { samples: data.values });
  lap("export");
  const v = await Infer.load(dir + "/b"); lap("load");
  await v.encode(data.values); lap("encode");
  const w = await Infer.load(dir + "/b", { runtime: await loadRuntime("web") }); lap("web load");
  await w.encode(data.values); lap("web encode");
  await verifyBundle(dir + "/b"); lap("verify");
  const run = await fit(mlp({ shape: data.shape, latent: 3, hidden: [16] }), data, { epochs: 2, batch: 16, out: dir + "/r" }); lap("fit");
  console.log(run.metrics);
  const events: unknown[] = [];
  try { const r2 = await resume(dir + "/r", { data, epochs: 3, onEvent: (e) => events.push(e) }); lap("resume"); console.log(r2.metrics.length); } catch (e) { console.log(e, events); }
  for (const e of ["compiled","cpu","wasm","tfjs-node"] as const) console.log(e, await whyMissing(e));
  lap("why");
  console.log(tf.memory());
});
