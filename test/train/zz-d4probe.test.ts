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
import { custom, conditionOn, openData, sliceRows, tf } from "@vaekit/train";
import { diagnose } from "../../packages/train/src/diagnosis/diagnose.ts";
import { patientOf as po } from "../../packages/train/src/diagnosis/open.ts";
const D = async (n: string) => { if (n === "bars") return [B, BH]; if (n === "mnist") { const a = await openData("mnist", { limit: 2000 }); const b = await openData("mnist", { split: "test", limit: 400 } as any); return [a, b]; } 
 if (n === "told") { const mk = (c: number, s: number) => { const d = bars(c, s); const labels = Uint8Array.from({ length: c }, (_, i) => Math.floor(d.values.subarray(i * 30, i * 30 + 30).findIndex(v => v > 0) / 5)); return { ...d, labels, values: d.values.map(v => v ? 255 : 0), binary: true } as any; }; return [mk(512, 1), mk(400, 7)]; }
 if (n === "bin") return [S, H].map(d => images({ name: "b", shape: d.shape, values: d.values.map(v => v > 127 ? 255 : 0) })); return [S, H]; };
const cases: [string, any, any, any?][] = [
  ["healthy", {}, {}], ["healthy gauss", { likelihood: "gaussian" }, {}], ["iwae", {}, { objective: { kind: "iwae", samples: 5 } }], ["ae", {}, { objective: "ae" }],
  ["betatc", {}, { objective: "beta-tc", beta: 4 }],["infovae", {}, { objective: "infovae" }],
  ["vq32", { latent: 16, prior: { kind: "codebook", codes: 32, dimension: 4 } }, { objective: "vq" }],
  ["vq512", { latent: 16, prior: { kind: "codebook", codes: 512, dimension: 4 } }, { objective: "vq" }],
  ["vq bars 128", { latent: 8, prior: { kind: "codebook", codes: 128, dimension: 4 } }, { objective: "vq" }, "bars"],
  ["vq bars 8", { latent: 8, prior: { kind: "codebook", codes: 8, dimension: 4 } }, { objective: "vq" }, "bars"],
  ["bars", { latent: 4 }, {}, "bars"], ["bars 16", { latent: 16 }, {}, "bars"], ["latent 4", { latent: 4 }, {}], ["latent 32", { latent: 32 }, {}],
  ["sigma .1", { likelihood: { kind: "gaussian", sigma: 0.1 } }, {}], ["laplace", { likelihood: "laplace" }, {}], ["warmup", {}, { warmup: 10 }],
  ["conv", { conv: 1 }, {}], ["mnist", { latent: 16, hidden: [128] }, { batch: 32, epochs: 10 }, "mnist"], ["vamp", { prior: { kind: "vamp", components: 20 } }, {}],
  ["X beta 1000", {}, { beta: 1000 }], ["X beta 20", {}, { beta: 20 }], ["X beta 8", {}, { beta: 8 }], ["X bars beta 20", { latent: 16 }, { beta: 20 }, "bars"],
  ["X sigma 1", { likelihood: { kind: "gaussian", sigma: 1 } }, {}], ["X sigma 5", { likelihood: { kind: "gaussian", sigma: 5 } }, {}], ["X sigma .01", { likelihood: { kind: "gaussian", sigma: 0.01 } }, {}],
  ["X lr .1", {}, { learningRate: .1 }], ["X lr .15", {}, { learningRate: .15 }], ["X lr .2 clip", {}, { learningRate: .2, clip: 1 }], ["X tanh lr .3", { activation: "tanh" }, { learningRate: .3 }],
  ["X lr 1e-6", {}, { learningRate: 1e-6 }], ["X lr 3e-5", {}, { learningRate: 3e-5 }],
  ["X latent 1", { latent: 1 }, {}], ["X latent 2", { latent: 2 }, {}], ["X gauss latent 2", { latent: 2, likelihood: "gaussian" }, {}], ["X bars 1", { latent: 1 }, {}, "bars"],
  ["X binary gauss", { likelihood: { kind: "gaussian", sigma: "per-element" } }, {}, "bin"],
  ["X told", { told: 1, latent: 4 }, {}, "told"], ["told not", { latent: 4 }, {}, "told"],
  ["X zero", { zero: 1 }, {}],
];
const only = process.env.ONLY;
it("probe", async () => {
  for (const [name, m, o, d] of cases) {
    if (only && !new RegExp(only).test(name)) continue;
    const [data, held] = await D(d) as any;
    const t0 = performance.now();
    try {
      const { conv: cv, told, zero, ...mm } = m;
      const common = { shape: data.shape, latent: 8, ...mm, ...(told ? { condition: conditionOn(data, "labels") } : {}) };
      const cfg = zero ? custom({ ...common, build: ({ features, latent, outputs, layers: L }: any) => {
        const x = L.input({ shape: [features] }); const h = L.layers.dense({ units: 32, activation: "relu" }).apply(x);
        const encoder = L.model({ inputs: x, outputs: [L.layers.dense({ units: latent }).apply(h), L.layers.dense({ units: latent }).apply(h)] });
        return { encoder, decoder: (() => { const net = L.model; const b = tf.variable(tf.zeros([1, outputs])); return { parameters: [{ name: "decoder/bias", variable: b }], buffers: [], noise: {}, apply: ([z]: any) => [tf.add(tf.mul(tf.sum(z, 1, true), 0), b)], dispose() { b.dispose(); } }; })() };
      } } as any) : cv ? conv({ ...common, filters: [8, 16] } as any) : mlp({ hidden: [64], ...common });
      const run = await fit(cfg, data, { epochs: 20, batch: 16, seed: 1, threads: 1, ...o, onEvent: (e: any) => { if (e.type === "warning" && !/Bernoulli|black/.test(e.message)) console.log("   WATCH", name, e.message); } });
      const t1 = performance.now();
      const r = await diagnose(po(run, { threads: 1 }), held);
      console.log(`=== ${name}: fit ${((t1 - t0) / 1000).toFixed(2)}s diag ${r.seconds.toFixed(2)} healthy ${r.healthy} ${name.startsWith("X") === r.healthy ? "<<<<<<<<<" : ""}\n` + r.findings.map(f => `   ${f.severity} ${f.id} [${f.cause}] ${f.finding}\n      why: ${f.why}\n      change: ${f.change}`).join("\n"));
      run.vae.dispose();
    } catch (e) { console.log(name, "ERROR", (e as Error).stack); }
  }
}, 600000);
