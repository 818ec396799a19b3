/** What is to happen, the earliest first; of two at the same time the one that was put in first. A binary heap: both ends of a queue of thousands in a few steps. */
export interface EventHeap<Item> {
  put(at: number, item: Item): void;
  next(): { readonly at: number; readonly item: Item } | undefined;
  peekTime(): number | undefined;
  readonly size: number;
}

interface Entry<Item> {
  readonly at: number;
  readonly order: number;
  readonly item: Item;
}

export function createEventHeap<Item>(): EventHeap<Item> {
  const heap: Entry<Item>[] = [];
  let order = 0;

  const isBefore = (a: Entry<Item>, b: Entry<Item>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

  const rise = (entry: Entry<Item>): void => {
    let hole = heap.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = entry;
  };

  const sink = (entry: Entry<Item>): void => {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let least = left;
      if (right !== undefined && isBefore(right, left)) {
        least = right;
        child++;
      }
      if (!isBefore(least, entry)) break;
      heap[hole] = least;
      hole = child;
    }
    heap[hole] = entry;
  };

  return {
    put: (at, item) => rise({ at, order: order++, item }),
    next: () => {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) sink(last);
      return first;
    },
    peekTime: () => heap[0]?.at,
    get size() {
      return heap.length;
    },
  };
}
