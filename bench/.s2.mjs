import { gatedMlp, mlp, openData, fit } from "@vaekit/train";
const data = await openData("mnist",{limit:12000});
const which = process.argv[2], threads = +process.argv[3], binarize = process.argv[4];
const model = which==="gated" ? gatedMlp({ shape: data.shape, latent: 40, hidden:[300,300], logvar: process.argv[5]==="nolv"?null:{min:-6,max:2} }) : mlp({shape:data.shape, latent:40, hidden:[300,300]});
const run = await fit(model, data, { epochs: 2, batch: 100, learningRate: 5e-4, binarize, validation: 2000, threads, onEvent: e => e.type==="epoch" && console.log(threads, e.metrics.epoch, e.metrics.loss, e.metrics.validation.elbo, (e.metrics.seconds/100*1000).toFixed(2)+" ms/step") });
