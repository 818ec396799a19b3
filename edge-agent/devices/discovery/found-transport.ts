import type { Fault } from '#core/base/fault.ts';
import { err } from '#core/base/result.ts';
import type { DeviceMatch } from '#core/devices/match-ports.ts';
import type { FoundPort } from '#core/ports/discovery.ts';
import type { Transport } from '#core/ports/link.ts';
import { linkAbsent } from '#drivers/transport/link-faults.ts';

/**
 * The line to a device that has no fixed file: each opening asks anew where it is now.
 * @param wanted how a person names what is looked for
 * @param open the line to one port
 * @param isKnownByLooks whether anything is looked for; otherwise a person has to say which one it is
 */
export function foundTransport(wanted: string, match: () => DeviceMatch, open: (port: FoundPort) => Transport, isKnownByLooks = true): Transport {
  return {
    get place() {
      const now = match();
      return now.kind === 'matched' ? open(now.port).place : wanted;
    },
    open: async (events) => {
      const now = match();
      switch (now.kind) {
        case 'matched':
          return open(now.port).open(events);
        case 'ambiguous':
          return err(unassigned(wanted, now.paths));
        case 'missing':
          if (now.unsure.length > 0) return err(unassigned(wanted, now.unsure));
          return err(isKnownByLooks ? linkAbsent(wanted, 'nothing like it is plugged in') : untold(wanted));
      }
    },
  };
}

const SAY_WHICH = 'Say which one it is: on the technician’s page, or with `foyer devices assign`.';

const untold = (wanted: string): Fault => ({
  ...linkAbsent(wanted, 'nothing tells such a device by its looks'),
  remedy: `Plug it in. ${SAY_WHICH}`,
});

const unassigned = (wanted: string, paths: readonly string[]): Fault => ({
  code: 'E-LNK-UNASSIGNED',
  owner: 'operator',
  message: `${wanted} may be ${paths.join(' or ')}, and nothing tells which`,
  remedy: SAY_WHICH,
});
