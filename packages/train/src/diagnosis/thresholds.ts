/**
 * Every number that the collapse doctor decides by, with its reason. nats are per example. A finding that a number here
 * decides names the number's value in its evidence.
 */
export const thresholds = {
  /** Variance of the posterior mean below which a dimension is inactive: Burda, Grosse & Salakhutdinov 2016, sect. 5.2. */
  activeVariance: 0.01,

  /**
   * Nats of ln p(x|z) lost with another example's z, below which the decoder ignores z. A decoder that follows one yes-no
   * feature of probability 1/2 loses more than ln 2 = 0.7; a seventh of that is nothing.
   */
  ignoredNats: 0.1,

  /** Nats below which the posterior says nothing: all of its dimensions together. Same reason. */
  vanishedKl: 0.1,

  /** Share of the data's variance that reconstructions explain below which they are the mean picture. */
  explained: 0.02,

  /** The same below 0, where the likelihood of the mean picture is not known: half as much again as its squared error. */
  worseThanMean: 0.5,

  /** Share of it above which a decoder that ignores z has learned what x is from elsewhere: from its condition. */
  explainedOtherwise: 0.1,

  /**
   * Beta over the largest at which a latent dimension pays near collapse, from which it is the cause of one. At 1 no
   * dimension of a linear decoder pays at all (Lucas et al. 2019); at a half the best one is worth 0.3 nats for each
   * that it costs, which noise and a bad start outweigh.
   */
  ofCritical: 0.5,

  /** Largest such beta below which the data have no structure to be found, at beta 1. Their noise alone gives 1. */
  structure: 1.1,

  /**
   * Sigma over the root mean square of the errors it leaves. 1 is calibrated (Rybkin et al. 2021). Within a factor of 3 the
   * KL's weight is off by less than 10, which trained models bear; fixed sigmas in use lie there.
   */
  sigmaRatio: 3,

  /**
   * Nats of density per feature, on the scale 0 to 1, above which 8-bit data are no longer seen as levels: ln 255 = 5.5 is a
   * density whose level has the probability 1, one less is a Gaussian as wide as a level.
   */
  densityPerFeature: Math.log(255) - 1,

  /**
   * Learning rate over the optimizer's default, and its inverse, from which the rate is a suspect once a run has gone
   * wrong; never a finding by itself.
   */
  rateFactor: 5,

  /**
   * Share of a run's whole progress that its last third made, above which it was not over: an exponential approach at the
   * end of which 5 % are left has made 11 % there, an even one 33 %.
   */
  lateProgress: 0.2,

  /** Share of the data's variance explained, below which a run whose loss still falls has hardly begun: models that work explain a quarter and more. */
  hardlyBegun: 0.1,

  /**
   * Updates that a moving average of weights looks back on, 1 / (1 - decay), over the run's own, from which it lags: at a fifth
   * the weights of the first half still count for 8 % (e^-2.5).
   */
  averageLags: 0.2,
  /** And share of the training loss that the averaged weights are above it: epochs and parts of healthy runs differ by a few per cent. */
  averageGap: 0.05,

  /** Of progress that counts: nats, and share of the constant prediction's. */
  leastProgress: { nats: 1, share: 0.01 },

  /**
   * Share of its whole progress that the loss gave back from its best epoch to its last, or from one epoch to the next, to
   * be called unstable. Epochs of a healthy run differ by a few per cent.
   */
  relapse: 0.25,

  /** Updates, at the optimizer's default rate, below which a run that has learned nothing may need no more than more of them. */
  fewUpdates: 1000,

  /** Fewest epochs from which a history says anything: two to compare, in each third; and from which the loss has a direction. */
  historyEpochs: 6,
  trendEpochs: 2,

  /** Nats of KL from which a dimension is full: its posterior is about e = 2.7 times narrower than the prior. */
  fullKl: 1,

  /**
   * Nats that the errors' own principal directions would still bring, over what the latent brings already, from which
   * something keeps the model from them; and at least so many. Trained models leave up to a fifth. At a learning rate
   * that is a suspect by itself (rateFactor) half of that is enough.
   */
  missing: { share: 0.3, shareAtHighRate: 0.15, nats: 1 },

  /**
   * Share of codes in use below which a codebook is mostly dead, of those that so many vectors would use were all alike,
   * K (1 - exp(-N / K)); and the perplexity below which it is one code.
   */
  codes: { used: 0.5, perplexity: 1.5 },

  /** Variance of a yes-no pixel on the scale 0 to 1 that is not gone below: of one lit in 2 % of examples. */
  leastVariance: 0.02,

  /**
   * Updates at the optimizer's default rate, after the KL's warm-up, before the watch in training speaks: networks learn the
   * mean picture first and stay there with a KL of 0 for up to some hundred updates. A lower rate waits longer in proportion.
   */
  watchUpdates: 500,
  /** And epochs in a row that must agree. */
  watchEpochs: 2,
} as const;
