/** The settings of each kind, with their defaults, as they are written behind its name. */
export const settingsByOption: Readonly<Record<string, readonly string[]>> = {
  "--likelihood": [
    "bernoulli",
    "continuous-bernoulli",
    "gaussian:sigma=shared,floor=0.002",
    "laplace:scale=shared,floor=0.002",
    "discretized-logistic:scale=per-element",
    "categorical:levels=256",
  ],
  "--prior": [
    "standard-normal",
    "mixture:components=10",
    "vamp:pseudoInputs=500",
    "codebook:codes=512,dimension=8",
  ],
  "--objective": [
    "elbo",
    "ae",
    "iwae:samples=5,gradient=standard",
    "beta-tc:alpha=1,gamma=1",
    "infovae:alpha=0,lambda=1000,kernel=rbf",
    "vq:commitment=0.25,decay=0.99",
  ],
  "--kl-warmup": ["linear:epochs=N,from=0", "cyclical:epochs=all,cycles=4,ratio=0.5"],
  "--optimizer": [
    "adam:beta1=0.9,beta2=0.999,epsilon=1e-7",
    "adamw:weightDecay=0.01,decay=kernels,beta1=0.9,beta2=0.999,epsilon=1e-7",
    "rmsprop:decay=0.9,epsilon=1e-7,momentum=0",
    "sgd:momentum=0,nesterov=false",
  ],
  "--rate": [
    "constant",
    "cosine:epochs=all,minimum=0,warmupEpochs=0",
    "step:every=N,factor=0.1 or step:milestones=N,N,factor=0.1",
    "plateau:factor=0.1,patience=5,threshold=0.01,minimum=0,cooldown=0",
  ],
};

const list = Object.entries(settingsByOption).flatMap(([option, kinds]) =>
  kinds.map((kind, i) => `  ${(i === 0 ? option : "").padEnd(14)}${kind}`),
);

export const settingsHelp = `
Settings stand behind a name, as in --objective iwae:samples=50,gradient=dreg. What there is, with defaults:
${list.join("\n")}

With --config options.json: {"latent": 32, "hidden": [512, 256], "objective": {"kind": "iwae", "samples": 50}}`;

export const examples = [
  "vaekit train mnist --latent 32 --hidden 512,256 --epochs 5 --out runs/digits",
  "vaekit train fashion-mnist --model conv --likelihood gaussian --kl-warmup 5 --out runs/clothes",
  "vaekit train mnist --condition labels --binarize dynamic --patience 5 --epochs 100 --out runs/by-label",
  "vaekit train --resume runs/digits --epochs 20",
];
