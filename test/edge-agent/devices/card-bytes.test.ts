import { describe, expect, it } from 'vitest';
import { CLASS_OF_DRIVER, type DeviceConfiguration } from '#agent/configuration/device-schema.ts';
import { doctorText, findingOf } from '#agent/devices/doctor-command.ts';
import type { ManagedDevice } from '#agent/devices/managed-device.ts';
import { createLog } from '#agent/runtime/log.ts';
import { ascii, concatBytes, toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { typed } from '#drivers/keyboard-scanner/keyboard-simulator.ts';
import { REPLY } from '#drivers/osdp/frame.ts';
import { encodePacket } from '#drivers/osdp/packet.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { createChance, endInVirtualTime } from '#test/torture/devices/chance.ts';
import { connectDevices, DRIVERS } from '#test/torture/devices/every-device.ts';

/**
 * Whatever comes up a device's line, nothing by which a card, a phone that pays or a person is known may stay anywhere: the line of every driver is given all of
 * it, by whichever device it is spoken, whole and in pieces; then everything that the devices leave behind is searched.
 */

const SECRETS = {
  pan: '4761739001010010',
  track1: '%B4761739001010010^VISITOR/LOBBYIST^22122010198?',
  track2: ';4761739001010010=22122010198?',
  wechatCode: '134567890123456789',
  alipayCode: '281234567890123456',
  pin: '739104',
};
/** What a door reader says of a card: 26 bits, and the keys that somebody pressed (OSDP 2.2, osdp_RAW and osdp_KEYPAD). */
const CARD = Uint8Array.of(0xd7, 0x3c, 0x9e, 0x80);
const osdp = (code: number, data: Uint8Array): Uint8Array =>
  encodePacket({ address: 0, isReply: true, sequence: 1, check: 'crc', security: undefined, code, data });
const DOOR_CARD = osdp(REPLY.card, concatBytes(Uint8Array.of(0, 0, 26, 0), CARD));
const DOOR_KEYS = osdp(REPLY.keys, concatBytes(Uint8Array.of(0, SECRETS.pin.length), ascii(SECRETS.pin)));

const packed = Uint8Array.from(SECRETS.pan.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const asKeys = (text: string): Uint8Array => concatBytes(...typed(ascii(text), false));

/** A printer or a relay module has a cable of its own, and speaks neither packed digits nor OSDP on it; text it may be sent by a device that was mistaken for it. */
const HAS_CABLE_OF_ITS_OWN: ReadonlySet<DeviceConfiguration['driver']> = new Set([
  'escpos-printer',
  'star-printer',
  'serial-scanner',
  'gpio-gate',
  'lcus-gate',
  'lcus-tower',
  'hid-relay-gate',
  'patlite-tower',
]);

function spokenTo(driver: DeviceConfiguration['driver']): readonly Uint8Array[] {
  const texts = Object.values(SECRETS).flatMap((text) => [ascii(`${text}\r`), concatBytes(Uint8Array.of(2), ascii(text), Uint8Array.of(3))]);
  return HAS_CABLE_OF_ITS_OWN.has(driver) ? [...texts, DOOR_KEYS] : [...texts, DOOR_KEYS, DOOR_CARD, packed, ...Object.values(SECRETS).map(asKeys)];
}

/** Each as text, as the digits of its bytes, and as the positions of its keys. */
const MARKS: Readonly<Record<string, readonly string[]>> = {
  'a card number': [SECRETS.pan, toHex(ascii(SECRETS.pan)), toHex(ascii(SECRETS.pan.slice(6))), toHex(asKeys(SECRETS.pan.slice(6)))],
  'a name on a card': ['VISITOR/LOBBYIST', toHex(ascii('VISITOR')), toHex(ascii('LOBBYIST'))],
  'a code that pays': [SECRETS.wechatCode, SECRETS.alipayCode, toHex(ascii(SECRETS.wechatCode.slice(6))), toHex(ascii(SECRETS.alipayCode.slice(6)))],
  'keys that were pressed': [SECRETS.pin, toHex(ascii(SECRETS.pin)), toHex(asKeys(SECRETS.pin))],
  'the number of a door card': [toHex(CARD)],
};

const found = (where: string): string[] =>
  Object.entries(MARKS).flatMap(([what, marks]) => (marks.some((mark) => where.toLowerCase().includes(mark.toLowerCase())) ? [what] : []));

/** Everybody's line, with a way to speak on it as the device. */
function createEars() {
  const ears = new Map<string, (bytes: Uint8Array) => void>();
  const between = (device: ManagedDevice): ManagedDevice => {
    const { transport } = device;
    return {
      ...device,
      transport: {
        place: transport.place,
        open: (events) => {
          ears.set(device.id, events.bytes);
          return transport.open(events);
        },
      },
    };
  };
  return { ears, between };
}

async function leftBehindBy(drivers: readonly DeviceConfiguration['driver'][]): Promise<Readonly<Record<string, string>>> {
  const time = createVirtualTime();
  const { ears, between } = createEars();
  let said = '';
  const log = createLog('debug', {
    write: (line) => {
      said += line;
    },
  });
  const devices = await connectDevices(drivers, 'memory', { ...time, random: createChance('cards').random, log, between });
  await time.advance(seconds(10));
  /** Gathered after every round: a ring forgets its oldest. */
  const traces = new Map<string, Map<number, string>>();
  const gather = (): void => {
    for (const driver of drivers) {
      for (const { number, direction, text } of devices.manager.trace(driver) ?? []) {
        const name = `the trace of ${driver}, ${direction}`;
        const entries = traces.get(name) ?? new Map<number, string>();
        traces.set(name, entries.set(number, text));
      }
    }
  };
  const rounds = Math.max(...drivers.map((driver) => spokenTo(driver).length));
  for (let round = 0; round < rounds; round++) {
    // Whole, byte by byte, and in threes.
    for (const size of [Number.MAX_SAFE_INTEGER, 1, 3]) {
      for (const driver of drivers) {
        const speak = ears.get(driver);
        assert(speak !== undefined, `${driver} has opened its line`);
        const bytes = spokenTo(driver)[round] ?? new Uint8Array();
        for (let at = 0; at < bytes.length; at += size) speak(bytes.slice(at, at + size));
      }
      await time.advance(milliseconds(100));
      gather();
    }
  }
  for (const simulator of devices.composed.simulators.cardReaders.values()) simulator.show('payment');
  await time.advance(seconds(5));
  gather();
  const health = devices.manager.health();
  const kept = devices.ledger.database.serialize();
  const left = {
    ...Object.fromEntries([...traces].map(([name, entries]) => [name, [...entries.values()].join('')])),
    'the log': said,
    'the health': JSON.stringify(health),
    'the ledger and its outbox': kept.toString('latin1') + kept.toString('hex'),
    'the doctor':
      doctorText(health.map(findingOf), true, { json: false, language: 'en' }) +
      doctorText(health.map(findingOf), true, { json: true, language: 'zh' }),
  };
  await endInVirtualTime(time, () => devices.stop());
  return left;
}

describe('what a card leaves behind on a line', { timeout: 180_000 }, () => {
  it('is nothing, whichever driver has the line', async () => {
    const left = await leftBehindBy(DRIVERS);
    for (const [where, text] of Object.entries(left)) expect(found(text), where).toEqual([]);
    // Every line was heard: a search that finds nothing in nothing proves nothing.
    for (const driver of DRIVERS) expect((left[`the trace of ${driver}, in`] ?? '').length, driver).toBeGreaterThan(SECRETS.pan.length * 2);
    expect(left['the health']).toContain('osdp-light');
    expect(left['the doctor']).toContain('osdp-light');
  });

  it('would be found', () => {
    for (const bytes of [ascii(SECRETS.pan), ascii(SECRETS.pin), asKeys(SECRETS.pin), DOOR_CARD, DOOR_KEYS, packed, ascii(SECRETS.track1)]) {
      expect(found(`${toHex(bytes)} ${new TextDecoder('latin1').decode(bytes)}`)).not.toEqual([]);
    }
  });

  it('is a number of bytes wherever cards are read or may be', async () => {
    const mayRead = DRIVERS.filter((driver) => driver.startsWith('osdp-') || ['card-reader', 'payment-terminal'].includes(CLASS_OF_DRIVER[driver]));
    const left = await leftBehindBy([...mayRead, 'hid-pos-scanner', 'keyboard-scanner']);
    for (const [where, text] of Object.entries(left)) if (where.startsWith('the trace')) expect(text, where).toMatch(/^\.*$/);
    expect(mayRead).toEqual(expect.arrayContaining(['osdp-gate', 'osdp-light', 'pn532-reader', 'zvt-terminal']));
  });
});
