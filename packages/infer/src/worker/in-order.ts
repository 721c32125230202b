/**
 * Work on items while more come, `ahead` of them at once, and yield the results in the items' order. A result that is
 * there is not kept back for an item that is still to come. An item's own error, or the source's, is thrown in its place.
 */
export async function* inOrder<T, U>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<U>,
  ahead: number,
): AsyncGenerator<U> {
  const iterator = items[Symbol.asyncIterator]();
  const running: Promise<Settled<U>>[] = [];
  let next: Promise<Settled<IteratorResult<T>>> | null = settle(iterator.next());
  let failure: { error: unknown } | null = null;
  try {
    while (true) {
      while (next && running.length < ahead) {
        const first = running[0]?.then((): typeof done => done);
        const item: Settled<IteratorResult<T>> | typeof done = await (first
          ? Promise.race([next, first])
          : next);
        if (item === done) break;
        next = null;
        if ("error" in item) failure = item;
        else if (!item.value.done) {
          running.push(settle(work(item.value.value)));
          next = settle(iterator.next());
        }
      }
      const oldest = await running.shift();
      if (oldest && "error" in oldest) throw oldest.error;
      if (oldest) yield oldest.value;
      else if (failure) throw failure.error;
      else return;
    }
  } finally {
    // Not awaited: the source may wait for ever.
    iterator.return?.()?.catch(() => {});
  }
}

const done = Symbol("done");

type Settled<T> = { value: T } | { error: unknown };

function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
