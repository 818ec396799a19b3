import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CLASS_OF_DRIVER } from '#agent/configuration/device-schema.ts';
import { localApi } from '#core/contract/local/api.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import { type RunningLobby, startLobby } from '#test/support/running-lobby.ts';
import { createScreensClient, mustAnswer } from '#test/support/screens-client.ts';
import { DRIVERS, SETTINGS } from '#test/torture/devices/every-device.ts';

/**
 * A real agent with every reader of cards that there is a driver for, and careless payment cards before each: tracks 1 and 2, EMV objects 57 and 5A, a PAN under
 * the scanner, a card at the terminal. Afterwards the power is cut, and no byte of a card lies in any file or was said on any output.
 */
const READERS = DRIVERS.filter((driver) => CLASS_OF_DRIVER[driver] === 'card-reader');
const PAN = '4761739001010010';
/** As text, as packed digits, and the number of the payment chip that the bench shows. */
const TRACES: Readonly<Record<string, Buffer>> = {
  'a card number': Buffer.from(PAN),
  'its last digits': Buffer.from(PAN.slice(4)),
  'a card number, packed': Buffer.from(PAN, 'hex'),
  'a track': Buffer.from(`${PAN}=`),
  'the number of a payment chip': Buffer.from('04112233445566', 'hex'),
  'the number of a payment chip, as text': Buffer.from('04112233445566'),
};

const configuration = (readers: typeof READERS): string => `
machine: lobby-1
site: "36090702"
screens: { port: 0 }
boxOffice: { kind: embedded, port: 0, payments: 0 }
broker: { kind: embedded, port: 0 }
kiosk: { name: K-01, printer: printer, scanner: scanner, cardReader: reader-0 }
gate:
  lanes:
${readers
  .slice(1)
  .map(
    (_, index) =>
      `    - { id: lane-${index + 1}, name: L${index + 1}, scanner: scanner-${index + 1}, gate: gate-${index + 1}, cardReader: reader-${index + 1} }`,
  )
  .join('\n')}
devices:
  - { id: printer, driver: escpos-printer, link: { kind: simulated } }
  - { id: scanner, driver: serial-scanner, link: { kind: simulated } }
${readers.map((driver, index) => `  - ${JSON.stringify({ id: `reader-${index}`, driver, link: { kind: 'simulated' }, ...SETTINGS[driver] })}`).join('\n')}
${readers
  .slice(1)
  .map(
    (_, index) =>
      `  - { id: scanner-${index + 1}, driver: serial-scanner, link: { kind: simulated } }\n  - { id: gate-${index + 1}, driver: modbus-gate, link: { kind: simulated } }`,
  )
  .join('\n')}
`;

function whereItIs({ data, output }: Pick<RunningLobby, 'data' | 'output'>, what: Buffer): string[] {
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => readFileSync(path).includes(what));
  return [...found, ...(Buffer.from(output()).includes(what) ? ['the output'] : [])];
}

const verdictAt = (message: LiveMessage, lane: string): string | undefined =>
  message.kind === 'gate' && message.gate.lane === lane ? message.gate.verdict?.reason : undefined;

/** Holds a card up until it is answered: it is there for a second, and a reader whose machine had other work in just that one has not seen it. */
async function heldUp<Answer>(show: () => Promise<unknown>, answer: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    await show();
    try {
      return await answer();
    } catch (late) {
      if (tries === 4) throw late;
    }
  }
}

describe('payment cards before a real agent', () => {
  it('knows readers of every kind', () => {
    expect(READERS).toEqual(expect.arrayContaining(['pn532-reader', 'pcsc-reader']));
  });

  it('leave not a byte behind', { timeout: 120_000 }, async () => {
    const lobby = await startLobby({ configuration: configuration(READERS) });
    onTestFinished(() => lobby.dispose());
    const screens = createScreensClient(lobby.addresses.screens);
    const kiosk = await screens.live('kiosk');
    const gates = await screens.live('gate');
    for (const index of READERS.keys()) {
      const show = () => mustAnswer(screens, localApi.showCard, { params: { device: `reader-${index}` }, body: { card: 'payment' } });
      // The guest at the kiosk is told that it is a payment card; whoever holds one to a gate, that it is no ticket.
      const answer = (): Promise<unknown> =>
        index === 0
          ? kiosk.until('a word to the guest', (message) => (message.kind === 'notice' ? message.notice.problem : undefined), 20_000)
          : gates.until(`a word at lane ${index}`, (message) => verdictAt(message, `lane-${index}`), 20_000);
      const heard = await heldUp(show, answer);
      // A door reader tells the number of any chip and nothing more: to it the card is somebody's.
      if (index === 0) expect(heard, READERS[index]).toEqual({ kind: 'card', problem: 'payment-card' });
      else expect(['not-a-ticket', 'member-card'], READERS[index]).toContain(heard);
    }
    for (const code of [PAN, `;${PAN}=22122010198?`, `%B${PAN}^A/B^2212201019800?`]) {
      await mustAnswer(screens, localApi.present, { params: { device: 'scanner' }, body: { text: code } });
    }
    // Something that is kept is found by the same search: a search that finds nothing proves nothing.
    await lobby.kill();
    expect(whereItIs(lobby, Buffer.from('agent-started')).length).toBeGreaterThan(0);
    for (const [what, bytes] of Object.entries(TRACES)) expect(whereItIs(lobby, bytes), what).toEqual([]);
  });
});
