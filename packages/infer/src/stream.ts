/** Items that one after another, or later, come. */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Take items in groups of at most `limit` rows. Items that are there are joined; one that is still to come is not waited
 * for while others wait to be worked on. Holds one group and one item.
 */
export async function* grouped<T>(
  source: Source<T>,
  rows: (item: T) => number,
  limit: number,
): AsyncGenerator<T[]> {
  const iterator = iterate(source);
  let group: T[] = [];
  let total = 0;
  const flush = (): T[] => {
    const full = group;
    [group, total] = [[], 0];
    return full;
  };
  let next = settle(iterator.next());
  try {
    while (true) {
      const ready = group.length > 0 ? await Promise.race([next, tick()]) : await next;
      if (ready === later) {
        yield flush();
        continue;
      }
      if ("error" in ready || ready.done) {
        if (group.length > 0) yield flush();
        if ("error" in ready) throw ready.error;
        return;
      }
      const size = rows(ready.value);
      if (group.length > 0 && total + size > limit) yield flush();
      group.push(ready.value);
      total += size;
      next = settle(iterator.next());
    }
  } finally {
    // For a consumer that stops early: the source may hold a file open. Not awaited: the source may wait for ever.
    iterator.return?.()?.catch(() => {});
  }
}

/** What came before an error is worked on before it is thrown. */
function settle<T>(promise: Promise<T>): Promise<T | { error: unknown }> {
  return promise.catch((error: unknown) => ({ error }));
}

const later = Symbol("later");

function tick(): Promise<typeof later> {
  return new Promise((resolve) => setTimeout(() => resolve(later), 0));
}

function iterate<T>(source: Source<T>): AsyncIterator<T> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  const iterator = source[Symbol.iterator]();
  return {
    next: async () => iterator.next(),
    return: async () => iterator.return?.() ?? { done: true, value: undefined },
  };
}

/**
 * A generator whose `return()` is answered at once, also while it waits for a source that gives nothing more: an async
 * generator's own would wait with it.
 */
export function abandonable<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  const waiting = new Set<(result: IteratorResult<T>) => void>();
  const plain = {
    next: () =>
      new Promise<IteratorResult<T>>((resolve, reject) => {
        waiting.add(resolve);
        items
          .next()
          .then(resolve, reject)
          .finally(() => waiting.delete(resolve));
      }),
    async return(value: unknown) {
      for (const resolve of waiting) resolve({ done: true, value: undefined });
      items.return(undefined).catch(() => {});
      return { done: true as const, value };
    },
    throw: (error: unknown) => items.throw(error),
    [Symbol.asyncIterator]: () => plain,
  };
  return plain as AsyncGenerator<T>;
}
