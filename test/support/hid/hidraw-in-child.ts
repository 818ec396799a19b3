import type { Fault } from '#core/base/fault.ts';
import type { Result } from '#core/base/result.ts';
import type { Link } from '#core/ports/link.ts';
import { type HidDevice, type HidPlace, hidTransport, listHidDevices } from '#drivers/transport/hid.ts';

/** The HID transport in a process of its own, because umockdev stands before the C library from a process's beginning. Its parent asks by IPC. */
export type HidrawCall =
  | { readonly call: 'list' }
  | { readonly call: 'open'; readonly place: HidPlace }
  | { readonly call: 'write'; readonly link: number; readonly bytes: readonly number[] }
  | { readonly call: 'close'; readonly link: number }
  | { readonly call: 'feature-send'; readonly link: number; readonly bytes: readonly number[] }
  | { readonly call: 'feature-read'; readonly link: number; readonly number: number; readonly bytes: number };

export type HidrawAnswer =
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: Result<readonly number[], Fault>; readonly devices?: readonly HidDevice[] }
  | { readonly kind: 'bytes'; readonly link: number; readonly bytes: readonly number[] }
  | { readonly kind: 'closed'; readonly link: number; readonly fault: Fault | null };

const links = new Map<number, Link>();
const tell = (answer: HidrawAnswer): void => void process.send?.(answer);
const plain = (outcome: Result<Uint8Array | undefined, Fault>): Result<readonly number[], Fault> =>
  outcome.ok ? { ok: true, value: [...(outcome.value ?? [])] } : outcome;
const nothing = { ok: true, value: [] } as const;

const linkOf = (number: number): Link => {
  const link = links.get(number);
  if (link === undefined) throw new Error(`no link ${number}`);
  return link;
};

async function outcomeOf(id: number, asked: HidrawCall): Promise<Result<readonly number[], Fault>> {
  switch (asked.call) {
    case 'list':
      return nothing;
    case 'open': {
      // A link has the number of the call that opened it.
      const opened = await hidTransport(asked.place).open({
        bytes: (bytes) => tell({ kind: 'bytes', link: id, bytes: [...bytes] }),
        closed: (fault) => tell({ kind: 'closed', link: id, fault: fault ?? null }),
      });
      if (opened.ok) links.set(id, opened.value);
      return opened.ok ? nothing : opened;
    }
    case 'write': {
      const written = await linkOf(asked.link).write(Uint8Array.from(asked.bytes));
      return written.ok ? nothing : written;
    }
    case 'close':
      await linkOf(asked.link).close();
      return nothing;
    case 'feature-send': {
      const sent = await linkOf(asked.link).features?.send(Uint8Array.from(asked.bytes));
      return sent === undefined || sent.ok ? nothing : sent;
    }
    case 'feature-read': {
      const read = await linkOf(asked.link).features?.read(asked.number, asked.bytes);
      return read === undefined ? nothing : plain(read);
    }
  }
}

process.on('message', ({ id, asked }: { id: number; asked: HidrawCall }) => {
  void (async () => {
    const devices = asked.call === 'list' ? { devices: await listHidDevices() } : {};
    tell({ kind: 'answer', id, outcome: await outcomeOf(id, asked), ...devices });
  })();
});
process.on('disconnect', () => process.exit(0));
