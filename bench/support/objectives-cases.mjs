import { conv, mlp } from "@vaekit/train";

export const rows = 64;

const dense = (name, relu = true) => ({ layer: "dense", name, relu });

const hidden = [256, 128];
const fullyConnected = {
  model: (options) => mlp({ ...options, hidden, latent: 16 }),
  networks: () => ({
    encoder: [dense("hidden_1"), dense("hidden_2")],
    decoder: [dense("hidden_1"), dense("hidden_2"), dense("x", false)],
  }),
};

/** Keras's example: 3x3 filters, 32 and 64 channels, each halves height and width. */
const convolutional = {
  model: (options) => conv({ ...options, filters: [32, 64], dense: 16, latent: 2 }),
  networks([height, width, channels]) {
    const image = (...shape) => ({ layer: "image", shape });
    const layer = (kind, name, stride = 2, relu = true) => ({ layer: kind, name, stride, relu });
    return {
      encoder: [
        image(height, width, channels),
        layer("conv", "conv_1"),
        layer("conv", "conv_2"),
        { layer: "rows" },
        dense("hidden"),
      ],
      decoder: [
        dense("hidden"),
        image(height / 4, width / 4, 64),
        layer("conv_transpose", "conv_1"),
        layer("conv_transpose", "conv_2"),
        layer("conv_transpose", "x", 1, false),
        { layer: "rows" },
      ],
    };
  },
};

/** objective: its configuration, which the peer is told in the same words */
const comparison = (network, { kind, ...settings }, { beta = 1, prior = "standard-normal" } = {}) => ({
  model: (shape) => network.model({ shape, prior }),
  objective: { kind, ...settings },
  beta,
  peer: (shape) => ({ ...network.networks(shape), objective: kind, ...settings }),
});

export const comparisons = {
  "MLP elbo": comparison(fullyConnected, { kind: "elbo" }),
  "MLP elbo, beta 4": comparison(fullyConnected, { kind: "elbo" }, { beta: 4 }),
  "conv elbo": comparison(convolutional, { kind: "elbo" }),
  "IWAE, K = 5": comparison(fullyConnected, { kind: "iwae", samples: 5, gradient: "standard" }),
  "IWAE, K = 5, doubly reparameterised": comparison(fullyConnected, {
    kind: "iwae",
    samples: 5,
    gradient: "dreg",
  }),
  "beta-TC": comparison(fullyConnected, { kind: "beta-tc", alpha: 0.7, gamma: 1.3 }, { beta: 6 }),
  VQ: comparison(
    fullyConnected,
    { kind: "vq", commitment: 0.25, decay: 0.99 },
    { prior: { kind: "codebook", codes: 32, dimension: 4 } },
  ),
};
