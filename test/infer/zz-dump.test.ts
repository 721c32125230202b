import { it } from "vitest";
import { readFileSync, mkdirSync, rmSync } from "node:fs";
import { exportBundle } from "@vaekit/export";
import { conditionOn, conv, gatedMlp, mlp, resnet, Vae } from "@vaekit/train";
import { readModel } from "/work/main/packages/infer/src/tiny/read-model.ts";
const data = { kind: "image", name: "none", shape: [28, 28, 1], dtype: "uint8", range: [0, 255] } as any;
it("dump", async () => {
  const L=[{kind:"bernoulli"},{kind:"continuous-bernoulli"},{kind:"gaussian",sigma:"per-element"},{kind:"discretized-logistic"},{kind:"categorical",levels:4},{kind:"laplace",scale:"per-element"}];
  const ops=new Set<string>();
  const go = async (name: string, c: any, show=false) => {
    rmSync("/tmp/tb/"+name,{recursive:true,force:true});
    mkdirSync("/tmp/tb",{recursive:true});
    const v = new Vae(c, data, 7); await exportBundle(v, "/tmp/tb/"+name); v.dispose();
    for (const g of ["decoder","prior"]) { let b; try { b=readFileSync(`/tmp/tb/${name}/${g}.onnx`) } catch { continue }
    const m = readModel(new Uint8Array(b));
    for (const n of m.nodes) ops.add(n.op);
    if (show || g==="prior") { console.log("##",name,g); for (const n of m.nodes) console.log(n.op, n.inputs.map(i=>i+(m.initializers.get(i)?`[${m.initializers.get(i)!.shape}]${m.initializers.get(i)!.data.length<6?"="+m.initializers.get(i)!.data:""}`:"")).join(" "), "->", n.outputs.join(" "), JSON.stringify([...n.attributes])); }
    }
  };
  await go("mlp", mlp({shape:data.shape,hidden:[512,256],latent:32} as any), true);
  await go("conv", conv({shape:data.shape,latent:2} as any), true);
  await go("gated", gatedMlp({shape:data.shape,hidden:[64,32],latent:8} as any), true);
  for (const [i,likelihood] of L.entries()) { await go("l"+i, mlp({shape:data.shape,hidden:[64,32],latent:8,likelihood} as any), true); await go("lc"+i, conv({shape:data.shape,latent:2,likelihood} as any)); }
  for (const activation of ["leakyRelu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "softplus", "linear"]) { await go("a"+activation, mlp({shape:data.shape,hidden:[64,32],latent:8,activation} as any), activation==="gelu"||activation==="silu"); await go("ac"+activation, conv({shape:data.shape,latent:2,activation} as any)); }
  await go("bn", mlp({shape:data.shape,hidden:[64,32],latent:8,batchNorm:true} as any), true);
  await go("bnc", conv({shape:data.shape,latent:2,batchNorm:true} as any));
  console.log([...ops].sort().join(" "));
  for (const prior of [{kind:"mixture",components:5},{kind:"vamp",components:5},{kind:"codebook"}]) try { await go("p"+prior.kind, mlp({shape:data.shape,hidden:[64,32],latent:8,prior} as any)); } catch(e) {console.log(String(e).slice(0,300))}
  console.log([...ops].sort().join(" "));
}, 120000);
