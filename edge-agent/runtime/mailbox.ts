/**
 * Gives a machine one input at a time. An input that is posted while another is being taken (by an effect that answers at once) waits for its turn, so the
 * machine never re-enters itself.
 * @param take handles one input; what it throws reaches whoever posted first, and what still waits is forgotten
 * @param settled called when nothing waits any more
 */
export function createMailbox<Input>(take: (input: Input) => void, settled: () => void): (input: Input) => void {
  let waiting: Input[] = [];
  let isTaking = false;
  return (posted) => {
    waiting.push(posted);
    if (isTaking) return;
    isTaking = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) take(next);
    } finally {
      waiting = [];
      isTaking = false;
    }
    settled();
  };
}
