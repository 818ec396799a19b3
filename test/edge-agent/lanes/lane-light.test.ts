import { expect, it } from 'vitest';
import { seconds } from '#core/base/time.ts';
import { SIGNALS } from '#core/lane/lane-signal.ts';
import { DARK, type Signal } from '#core/ports/indicator.ts';
import { ticketRow } from '../validity/fake-box-office.ts';
import { gateWorld } from './gate-world.ts';

const one = ticketRow(1);

it('follows the lane: guest by guest, through an alarm, and into the dark at the end', async () => {
  const shown: Signal[] = [];
  const gate = await gateWorld({ options: { indicator: { show: (signal) => shown.push(signal) } } });
  await gate.publish(one);
  await gate.time.settle();
  expect(shown.at(-1)).toEqual(SIGNALS.ready);
  await gate.present(gate.code(one));
  expect(shown.at(-1)).toEqual(SIGNALS.enter);
  await gate.pass();
  await gate.time.advance(seconds(3));
  expect(shown.at(-1)).toEqual(SIGNALS.ready);
  // The same verdict of two guests is two signals: the second one is heard too.
  const before = shown.length;
  await gate.present('no ticket');
  await gate.present('no ticket either');
  expect(shown.slice(before).filter((signal) => signal === SIGNALS['not-a-ticket'])).toHaveLength(2);
  // The alarm opens the barrier by its own wire. The lane says so, and tells the barrier nothing.
  const released = gate.hardware.released.length;
  gate.hardware.tell({ kind: 'fire-alarm', on: true });
  await gate.time.settle();
  expect(shown.at(-1)).toEqual(SIGNALS.fire);
  expect(gate.hardware.released).toHaveLength(released);
  gate.lane.stop();
  expect(shown.at(-1)).toEqual(DARK);
});
