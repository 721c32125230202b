import { gatedMlp, mlp, createEngine, createJob, Vae, openData, noiseSpecs, drawNoise, gatherRows } from "@vaekit/train";
const data = await openData("mnist",{limit:1000});
const which = process.argv[2], threads = +process.argv[3];
const model = which==="gated" ? gatedMlp({ shape: data.shape, latent: 40, hidden:[300,300]}) : mlp({shape:data.shape, latent:40, hidden:JSON.parse(process.argv[4])});
const vae = new Vae(model, data, 0);
const job = createJob(vae, {rows:100, threads});
const engine = await createEngine("compiled", job);
const specs = noiseSpecs(job, 100, true);
const x = data.values.slice(0,100*784);
const n = drawNoise(specs, 0, 1);
let t;
for (let i=1;i<=600;i++){ t = await engine.step({rows:100,x}, n, {step:i, learningRate:1e-3}); }
console.log("ok", t.loss);
await engine.dispose();
