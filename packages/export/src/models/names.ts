/**
 * Names made unique as Keras does it for outputs of one layer: `dense`, `dense_1`, `dense_2`.
 * taken: names that none of them may have either
 */
export function uniqueNames(names: readonly string[], taken: Iterable<string> = []): string[] {
  const used = new Set(taken);
  const counts = new Map<string, number>();
  return names.map((name) => {
    let unique = name;
    while (used.has(unique)) {
      const count = counts.get(name) ?? 1;
      counts.set(name, count + 1);
      unique = `${name}_${count}`;
    }
    used.add(unique);
    return unique;
  });
}
