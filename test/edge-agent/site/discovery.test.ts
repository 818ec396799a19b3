import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemTimers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createDiscovery, openBeacon, sealBeacon } from '#agent/site/discovery.ts';
import { siteKey } from '#agent/site/site-key.ts';
import type { MachineId, SiteId } from '#core/contract/identifiers.ts';
import { eventually } from '#test/support/eventually.ts';
import { testRandom } from '../validity/scratch-ledger.ts';
import { SITE } from './site-world.ts';

const KEY = siteKey(Buffer.alloc(32, 7), SITE).beacon;
const beacon = { site: SITE, machine: 'gate-b' as MachineId, port: 7_071, boot: '0011223344556677', n: 3 };

describe('a beacon', () => {
  it('is read by whoever holds the key of the site', () => {
    expect(openBeacon(KEY, sealBeacon(KEY, beacon))).toEqual(beacon);
    expect(openBeacon(siteKey(Buffer.alloc(32, 8), SITE).beacon, sealBeacon(KEY, beacon))).toBeUndefined();
    expect(openBeacon(siteKey(Buffer.alloc(32, 7), '36090703' as SiteId).beacon, sealBeacon(KEY, beacon))).toBeUndefined();
  });

  it('of a later build, which says more, is read as far as it is known', () => {
    expect(openBeacon(KEY, sealBeacon(KEY, { ...beacon, tls: '1.3' } as typeof beacon))).toEqual(beacon);
  });

  it('is nothing when a single bit of it was changed, and anything else is nothing either', () => {
    const sealed = sealBeacon(KEY, beacon);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(openBeacon(KEY, changed)).toBeUndefined();
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => openBeacon(KEY, Buffer.from(bytes)) === undefined));
  });
});

describe('discovery', () => {
  it('tells two machines of one network where the other listens, and no stranger', async () => {
    // Loopback carries multicast between two sockets of this machine alone.
    const group = { address: '239.192.70.90', port: 20_000 + (process.pid % 20_000), interface: '127.0.0.1' };
    const found = new Map<string, string[]>();
    const at = (machine: string, key: Buffer, port: number): void => {
      const discovery = createDiscovery({
        machine: machine as MachineId,
        site: SITE,
        key,
        port,
        timers: systemTimers,
        random: testRandom,
        log: silentLog,
        group,
      });
      onTestFinished(() => discovery.stop());
      const seen: string[] = [];
      found.set(machine, seen);
      discovery.start((other, place) => {
        seen.push(`${other} ${place.port}`);
      });
    };
    at('gate-a', KEY, 7_001);
    at('gate-c', siteKey(Buffer.alloc(32, 9), SITE).beacon, 7_003);
    at('gate-b', KEY, 7_002);
    await eventually('gate-a finds gate-b', () => found.get('gate-a')?.includes('gate-b 7002'));
    await eventually('gate-b finds gate-a', () => found.get('gate-b')?.includes('gate-a 7001'));
    expect(found.get('gate-c')).toEqual([]);
    expect([...found.values()].flat().filter((each) => each.startsWith('gate-c'))).toEqual([]);
  });
});
