import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '#agent/configuration/parse-configuration.ts';

const examples = new URL('../../../edge-agent/configuration/examples/', import.meta.url);
const lobby = readFileSync(new URL('lobby.yaml', examples), 'utf8');
/** A problem in the line that was added behind the last one. */
const behindTheEnd = (problem: string): RegExp => new RegExp(`lobby\\.yaml:${lobby.split('\n').length}: ${problem}`);

function refusalOf(yaml: string): string {
  const result = parseConfiguration(yaml, 'lobby.yaml');
  if (result.ok) throw new Error('the configuration was accepted');
  expect(result.error.code).toBe('E-CFG-INVALID');
  return result.error.message;
}

describe('configuration', () => {
  it('accepts every published example', () => {
    const files = readdirSync(examples);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) {
      const result = parseConfiguration(readFileSync(new URL(file, examples), 'utf8'), file);
      expect(result.ok ? '' : result.error.message).toBe('');
    }
  });

  it('fills in the defaults that the schema states', () => {
    const result = parseConfiguration(lobby, 'lobby.yaml');
    expect(result.ok && result.value.screens).toEqual({ host: '127.0.0.1', port: 7070, pixelsPerMm: 4.03 });
  });

  it('takes a gate of nothing but phones', () => {
    const text = lobby
      .replace(/ {2}lanes:\n.*\n/, '')
      .concat('usherScreens: { names: [gate-a, 10.0.0.4], certificateFile: /a.pem, keyFile: /a.key }\n');
    const result = parseConfiguration(text, 'gate.yaml');
    expect(result.ok ? '' : result.error.message).toBe('');
    expect(result.ok && result.value.gate).toEqual({ lanes: [], handheld: { id: 'handheld', name: 'Usher' } });
    expect(result.ok && result.value.usherScreens).toMatchObject({ host: '0.0.0.0', port: 7443 });
  });

  it.each([
    ['an unknown key at the top', lobby.replace('machine: lobby-1', 'machine: lobby-1\ncolour: red'), /lobby\.yaml:3: colour: is not a key/],
    [
      'an unknown key of a device',
      lobby.replace('driver: escpos-printer', 'driver: escpos-printer, paper: 80'),
      /lobby\.yaml:12: devices\[0\]\.paper/,
    ],
    ['an unknown driver', lobby.replace('driver: modbus-gate', 'driver: magic'), /lobby\.yaml:16: devices\[4\].*driver/],
    [
      'a device that is not there',
      lobby.replace('printer: ticket-printer', 'printer: tickt-printer'),
      /lobby\.yaml:6: kiosk\.printer: no device is named "tickt-printer"/,
    ],
    [
      'a device of another class',
      lobby.replace('printer: ticket-printer', 'printer: gate-controller'),
      /driven by modbus-gate, which is a gate-controller; this place needs a ticket-printer/,
    ],
    [
      'a card terminal that is none',
      lobby.replace('terminal: card-terminal', 'terminal: gate-controller'),
      /lobby\.yaml:6: kiosk\.terminal: "gate-controller" is driven by modbus-gate, which is a gate-controller; this place needs a payment-terminal/,
    ],
    [
      'a time zone that is none',
      lobby.replace('driver: zvt-terminal', 'driver: zvt-terminal, timeZone: Mars'),
      /lobby\.yaml:14: devices\[2\]\.timeZone/,
    ],
    ['a device used twice', lobby.replace('scanner: gate-scanner', 'scanner: kiosk-scanner'), /"kiosk-scanner" already belongs to kiosk\.scanner/],
    ['a device named twice', lobby.replace('id: gate-scanner', 'id: kiosk-scanner'), /is the name of two devices/],
    ['a port out of range', lobby.replace('{ kind: embedded }', '{ kind: embedded, port: 70800 }'), /lobby\.yaml:4: boxOffice\.port/],
    ['a listener beyond the machine', `${lobby}screens: { host: 0.0.0.0 }\n`, behindTheEnd('screens\\.host')],
    [
      'a hand-held lane with the name of another',
      lobby.replace('id: handheld', 'id: lane-1'),
      /lobby\.yaml:10: gate\.handheld\.id: "lane-1" is the name of a lane/,
    ],
    ['a gate without any lane', lobby.replace(/gate:\n.*\n.*\n.*\n/, 'gate: {}\n'), /lobby\.yaml:7: gate\.lanes: a gate has at least one lane/],
    ['phones without a certificate', `${lobby}usherScreens: { names: [gate-a] }\n`, /usherScreens\.certificateFile/],
    [
      'phones that call the machine by no name',
      `${lobby}usherScreens: { names: [], certificateFile: a, keyFile: b }\n`,
      behindTheEnd('usherScreens\\.names'),
    ],
    [
      'a name that no browser would send',
      `${lobby}usherScreens: { names: [Gate_A], certificateFile: a, keyFile: b }\n`,
      behindTheEnd('usherScreens\\.names\\[0\\]'),
    ],
    [
      'an OSDP device with two keys',
      `${lobby}  - { id: o1, driver: osdp-reader, link: { kind: simulated }, keyFile: a }\n  - { id: o2, driver: osdp-light, link: { kind: simulated }, keyFile: b }\n`,
      /devices\[\d\]\.address: "o1" is the same device/,
    ],
    [
      'an installation without a key to give',
      `${lobby}  - { id: o1, driver: osdp-reader, link: { kind: simulated }, install: true }\n`,
      /devices\[\d\]\.install: there is no key to give/,
    ],
    [
      'an OSDP device that is to be moved without anybody beside it',
      `${lobby}  - { id: o1, driver: osdp-reader, link: { kind: serial, path: /dev/ttyUSB0 }, address: 5, from: { address: 0 } }\n`,
      /devices\[\d+\]\.from: settings are changed during an installation alone: install: true/,
    ],
    [
      'an OSDP device that is to be moved from where another is',
      `${lobby}  - { id: o1, driver: osdp-reader, link: { kind: serial, path: /dev/ttyUSB0 }, address: 5, install: true, from: { address: 1 } }\n  - { id: o2, driver: osdp-gate, link: { kind: serial, path: /dev/ttyUSB0 }, address: 1 }\n`,
      /devices\[\d+\]\.from: "o2" has this address: it would be moved/,
    ],
    [
      'a light that is no light',
      lobby.replace('indicator: gate-light', 'indicator: gate-controller'),
      /gate\.lanes\[0\]\.indicator: "gate-controller" is driven by modbus-gate/,
    ],
    [
      'a lamp on the relay that releases a barrier',
      `${lobby}  - { id: m1, driver: modbus-gate, link: { kind: serial, path: /dev/ttyUSB0 } }\n  - { id: m2, driver: modbus-tower, link: { kind: serial, path: /dev/ttyUSB0 } }\n`,
      /devices\[\d+\]\.lamps: relay 0 of unit 1 is "m1"'s already/,
    ],
    [
      'two Modbus boards with one number on one line',
      `${lobby}  - { id: m1, driver: modbus-gate, link: { kind: usb, serial: A7 } }\n  - { id: m2, driver: modbus-gate, link: { kind: usb, serial: A7 } }\n`,
      /devices\[\d+\]\.releaseRelay: relay 0 of unit 1 is "m1"'s already/,
    ],
    [
      'two baud rates on one line',
      `${lobby}  - { id: m1, driver: modbus-gate, link: { kind: serial, path: /dev/ttyUSB0 } }\n  - { id: m2, driver: modbus-tower, link: { kind: serial, path: /dev/ttyUSB0, baudRate: 19200 }, unit: 2 }\n`,
      /is the line of "m1" \(gate-controller\) already: both links must say the same, the baud rate as well/,
    ],
    [
      'a Modbus board on the line of an OSDP reader',
      `${lobby}  - { id: o1, driver: osdp-reader, link: { kind: serial, path: /dev/ttyUSB0 } }\n  - { id: m1, driver: modbus-gate, link: { kind: serial, path: /dev/ttyUSB0 } }\n`,
      /is the line of "o1" \(card-reader\) already: give this device a line of its own/,
    ],
    [
      'a scanner on the line of an OSDP reader',
      `${lobby}  - { id: o1, driver: osdp-reader, link: { kind: serial, path: /dev/ttyUSB0 } }\n  - { id: s1, driver: serial-scanner, link: { kind: serial, path: /dev/ttyUSB0 } }\n`,
      /is the line of "o1" \(card-reader\) already: give this device a line of its own; only OSDP devices share one/,
    ],
    [
      'two lamps on one relay',
      lobby.replace('driver: lcus-tower, link: { kind: simulated }', 'driver: lcus-tower, link: { kind: simulated }, lamps: { red: 1, green: 1 }'),
      /two lamps in one place/,
    ],
    ['text that is not YAML', `${lobby}\n  - [`, /lobby\.yaml:\d+: /],
    ['a key twice', `${lobby}machine: other\n`, behindTheEnd('.*unique')],
    ['an alias bomb', `a: &a [x, x]\nb: [*a, *a]\n${lobby}`, /lobby\.yaml:/],
    ['nothing at all', '', /lobby\.yaml:1: /],
  ])('refuses %s with its line', (_, yaml, expected) => {
    expect(refusalOf(yaml)).toMatch(expected);
  });
});
