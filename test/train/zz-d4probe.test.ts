import { it } from "vitest";
import { fit, mlp, conv, shapes, evaluatedRun, images } from "@vaekit/train";
import { bars } from "../support/data.ts";
import { gatherExamples } from "../../packages/train/src/evaluation/examples.ts";
import { measure } from "../../packages/train/src/diagnosis/measure.ts";
import { spectrumOf } from "../../packages/train/src/diagnosis/spectrum.ts";
import { constantLogPx } from "../../packages/train/src/diagnosis/constant.ts";
import { readHistory } from "../../packages/train/src/diagnosis/history.ts";
import { settingsSchema, betaOf } from "../../packages/train/src/diagnosis/settings.ts";
const S = shapes({ count: 512, size: 16 });
const H = shapes({ count: 400, size: 16, seed: 5 });
const B = bars(512), BH = bars(400, 7);
const cases: [string, any, any, any?][] = [
  ["healthy", {}, {}],
  ["healthy gauss", { likelihood: "gaussian" }, {}],
  ["beta 1000", {}, { beta: 1000 }],
  ["beta 20", {}, { beta: 20 }],
  ["sigma 1", { likelihood: { kind: "gaussian", sigma: 1 } }, {}],
  ["sigma 5", { likelihood: { kind: "gaussian", sigma: 5 } }, {}],
  ["lr 0.3", {}, { learningRate: 0.3 }],
  ["lr 0.05", {}, { learningRate: 0.05 }],
  ["lr 1e-6", {}, { learningRate: 1e-6 }],
  ["lr 3e-5", {}, { learningRate: 3e-5 }],
  ["latent 1", { latent: 1 }, {}],
  ["latent 2", { latent: 2 }, {}],
  ["latent 4", { latent: 4 }, {}],
  ["latent 32", { latent: 32 }, {}],
  ["iwae", {}, { objective: { kind: "iwae", samples: 5 } }],
  ["ae", {}, { objective: "ae" }],
  ["vq", { latent: 16, prior: { kind: "codebook", codes: 32, dimension: 4 } }, { objective: "vq" }],
  ["vq512", { latent: 16, prior: { kind: "codebook", codes: 512, dimension: 4 } }, { objective: "vq" }],
  ["bars", { latent: 4 }, {}, "bars"],
  ["bars 1", { latent: 1 }, {}, "bars"],
  ["bars beta 1000", { latent: 4 }, { beta: 1000 }, "bars"],
];
const only = process.env.ONLY;
it("probe", async () => {
  for (const [name, m, o, d] of cases) {
    if (only && !new RegExp(only).test(name)) continue;
    const data = d === "bars" ? B : S, held = d === "bars" ? BH : H;
    const t0 = performance.now();
    try {
      const run = await fit(mlp({ shape: data.shape, latent: 8, hidden: [64], ...m }), data, { epochs: Number(process.env.EP ?? 20), batch: 16, seed: 1, threads: 1, ...o });
      const t1 = performance.now();
      const model = evaluatedRun(run, { threads: 1 });
      const ex = gatherExamples(model, held, { indices: Uint32Array.from({ length: held.count }, (_, i) => i), seed: 0, binarize: "none" });
      const kind = o.objective === "ae" ? "autoencoder" : o.objective === "vq" ? "codebook" : "vae";
      const r = await measure(model, ex, { kind, seed: 0, rows: 200 });
      if (!r.finite) { console.log(name, "NOT FINITE", r.reason); continue; }
      const v = r.value; const st = settingsSchema.parse(run.config);
      const h = readHistory(run.metrics, betaOf(st));
      const sp = spectrumOf(v, st);
      const f = (n: any) => n === null ? "null" : typeof n === "number" ? n.toPrecision(3) : n;
      console.log(`${name}: fit ${f((t1 - t0) / 1000)}s meas ${f((performance.now() - t1) / 1000)}s | R2 ${f(v.explained)} others ${f(v.explainedByOthers)} logPx ${f(v.logPx.value)} const ${f(constantLogPx(model.likelihood.name, st, v.x, v.examples))} kl ${f(v.kl)} sens ${f(v.sensitivity?.value)} [${f(v.sensitivity?.high)}] active ${v.dimensions.filter(d => d.active).length}
   var ${v.dimensions.slice(0, 8).map(d => f(d.variance))}\n   kl ${v.dimensions.slice(0, 8).map(d => f(d.kl))}\n   sens ${v.dimensions.slice(0, 8).map(d => f(d.sensitivity))}
   spectrum ${JSON.stringify(sp, (k, n) => typeof n === "number" ? Number(n.toPrecision(3)) : n)}
   hist ${h && JSON.stringify({ ...h, kl: h.kl.map(k => k.toFixed(2)).join(" ") }, (k, n) => typeof n === "number" ? Number(n.toPrecision(4)) : n)}`);
      run.vae.dispose();
    } catch (e) { console.log(name, "ERROR", (e as Error).message); }
  }
}, 600000);
