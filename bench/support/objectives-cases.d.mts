/** What is compared, by name. */
export const comparisons: Readonly<Record<string, object>>;
