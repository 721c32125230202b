/** How many random cases each property is tried with: 20 in `npm test`, 200 in the nightly run. */
export const numRuns = process.env.VAEKIT_NIGHTLY ? 200 : 20;
