import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Duration } from '#core/base/time.ts';
import { VALIDITY_SHARD_PATH, type ValidityShard } from '#core/contract/box-office/validity.ts';
import type { Timers } from '#core/ports/clock.ts';

/** Fetches a shard of the validity data as bytes: never more of them than the manifest promises. Whether they are the right ones their hash tells the caller. */
export type ReadShard = (shard: Pick<ValidityShard, 'sha256' | 'bytes'>) => Promise<Result<Uint8Array, Fault>>;

export interface ShardReaderOptions {
  readonly url: string;
  readonly token: string;
  /** For the whole shard. */
  readonly timeout: Duration;
  readonly timers: Timers;
}

export function createShardReader({ url, token, timeout, timers }: ShardReaderOptions): ReadShard {
  return async ({ sha256, bytes }) => {
    const abort = new AbortController();
    const deadline = timers.after(timeout, () => abort.abort());
    try {
      const response = await fetch(`${url.replace(/\/+$/, '')}${VALIDITY_SHARD_PATH.replace(':sha256', sha256)}`, {
        headers: { authorization: `Bearer ${token}` },
        redirect: 'error',
        signal: abort.signal,
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        return err(answerFault(response.status));
      }
      return ok(await bytesOf(response, bytes));
    } catch (cause) {
      const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
      return err({ code: 'E-BOX-UNREACHABLE', owner: 'network', message: `A shard of the validity data could not be fetched: ${reason}.` });
    } finally {
      deadline.cancel();
    }
  };
}

/** One byte more than promised is enough to know that it is not the shard: the rest is not read. */
async function bytesOf(response: Response, promised: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    size += part.length;
    if (size > promised) break;
  }
  return Buffer.concat(parts);
}

function answerFault(status: number): Fault {
  if (status === 401 || status === 403) {
    return {
      code: 'E-BOX-TOKEN',
      owner: 'configuration',
      message: 'The box office refused a shard of the validity data.',
      remedy: "Check this machine's token file.",
    };
  }
  return status >= 500
    ? { code: 'E-BOX-UNAVAILABLE', owner: 'peer', message: `The box office could not give a shard of the validity data: status ${status}.` }
    : { code: 'E-BOX-MISSING', owner: 'peer', message: `The box office has no such shard of the validity data any more: status ${status}.` };
}
