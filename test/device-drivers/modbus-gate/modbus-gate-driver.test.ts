import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { connectGate, tryGate } from './gate-bench.ts';

const RELAY_OFF = '010500000000cdca';
const FLASH_700_MS = '0105020000078db0';
/** By then a gate where nobody is has been asked for its inputs once more. */
const ASKED_AGAIN = milliseconds(LIMITS.modbus.pollWhenClearEvery + 10);
const LEVELS_OFF = [
  { kind: 'jammed', on: false },
  { kind: 'obstructed', on: false },
  { kind: 'fire-alarm', on: false },
];

describe('Modbus gate: connecting', () => {
  it('switches the relay off before anything else, then looks at the inputs', async () => {
    const { written, health } = await connectGate();
    expect(written.slice(0, 2).map((frame) => frame.slice(0, 4))).toEqual(['0105', '0102']);
    expect(written[0]).toBe(RELAY_OFF);
    expect(health).toEqual([
      { kind: 'connecting', reasons: [] },
      { kind: 'ready', reasons: [] },
    ]);
  });

  it('fails with E-GAT-NO-ANSWER after three unanswered requests, and holds nothing', async () => {
    const failed = await tryGate((simulator) => simulator.setFault('no-answer', true));
    expect('fault' in failed && failed.fault.code).toBe('E-GAT-NO-ANSWER');
    expect(failed.time.pendingTimers()).toBe(0);
  });

  it('fails as absent when the board is unplugged', async () => {
    const failed = await tryGate((simulator) => simulator.setFault('unplugged', true));
    expect('fault' in failed && failed.fault.code).toBe('E-LNK-ABSENT');
  });

  it('says blocked at once when the alarm is on already, and tells it to a new listener', async () => {
    const { health, inputs } = await connectGate((simulator) => simulator.setFault('fire-alarm', true));
    expect(health.at(-1)).toEqual({ kind: 'blocked', reasons: ['fire-alarm'] });
    expect(inputs).toEqual([
      { kind: 'jammed', on: false },
      { kind: 'obstructed', on: false },
      { kind: 'fire-alarm', on: true },
    ]);
  });
});

describe('Modbus gate: releasing', () => {
  it('lets the board time the pulse, and reports the passage', async () => {
    const { release, simulator, time, inputs, written } = await connectGate();
    expect(await release()).toEqual({ kind: 'released' });
    expect(written).toContain(FLASH_700_MS);
    expect(simulator.state().barrier).toBe('released');
    await time.advance(seconds(1));
    expect(simulator.state()).toMatchObject({ barrier: 'closed', passed: 1 });
    expect(inputs).toEqual([...LEVELS_OFF, { kind: 'passed', direction: 'entry' }]);
  });

  it('never makes a pulse shorter than asked for', async () => {
    const { release, written } = await connectGate();
    await release({ pulse: milliseconds(701) });
    expect(written.at(-1)?.slice(0, 12)).toBe('010502000008');
  });

  it('reports nobody when the guest walks away', async () => {
    const { release, simulator, time, inputs } = await connectGate((gate) => gate.setPerson('walks-away'));
    expect(await release()).toEqual({ kind: 'released' });
    await time.advance(LIMITS.gate.passageTimeout);
    expect(simulator.state()).toMatchObject({ barrier: 'closed', passed: 0 });
    expect(inputs).toEqual(LEVELS_OFF);
  });

  it('reports a guest who stands still as one body, then as an obstruction until he goes on', async () => {
    const { release, simulator, time, inputs } = await connectGate((gate) => gate.setPerson('stands-still'));
    await release();
    await time.advance(seconds(5));
    expect(inputs.slice(LEVELS_OFF.length)).toEqual([
      { kind: 'passed', direction: 'entry' },
      { kind: 'obstructed', on: true },
    ]);
    await release();
    await time.advance(seconds(1));
    expect(simulator.state().passed).toBe(1);
    simulator.setPerson('walks-through');
    await time.advance(seconds(1));
    expect(inputs.slice(LEVELS_OFF.length + 2)).toEqual([{ kind: 'obstructed', on: false }]);
  });

  it('reports a forced passage in either direction', async () => {
    const { simulator, time, inputs } = await connectGate();
    simulator.push('exit');
    await time.advance(seconds(1));
    simulator.push('entry');
    await time.advance(seconds(1));
    expect(inputs.slice(LEVELS_OFF.length)).toEqual([
      { kind: 'passed', direction: 'exit' },
      { kind: 'passed', direction: 'entry' },
    ]);
  });

  it('counts two guests of whom the second was released as soon as the first had passed', async () => {
    const { time, simulator, inputs, release } = await connectGate();
    const passages = (): number => inputs.filter(({ kind }) => kind === 'passed').length;
    await Promise.all([release(), time.advance(milliseconds(50))]);
    while (passages() === 0) await time.advance(milliseconds(10));
    await Promise.all([release(), time.advance(milliseconds(50))]);
    await time.advance(seconds(2));
    expect(simulator.state()).toMatchObject({ barrier: 'closed', passed: 2 });
    expect(passages()).toBe(2);
  });

  it('never writes a release whose deadline has passed', async () => {
    const { session, command, time, written, simulator } = await connectGate();
    const late = command({ within: milliseconds(500) });
    await time.advance(milliseconds(500));
    expect(await session.port.release(late)).toEqual({ kind: 'expired' });
    expect(written).not.toContain(FLASH_700_MS);
    expect(simulator.state().barrier).toBe('closed');
  });

  it('never writes a release that expired while the line was busy finding itself again', async () => {
    const { release, simulator, time, written } = await connectGate();
    simulator.setFault('no-answer', true);
    await time.advance(ASKED_AGAIN);
    const releasing = release({ within: milliseconds(200) });
    await time.advance(milliseconds(350));
    simulator.setFault('no-answer', false);
    await time.advance(seconds(1));
    expect(await releasing).toEqual({ kind: 'expired' });
    expect(written).not.toContain(FLASH_700_MS);
  });

  it('is uncertain, not refused, when the echo does not come', async () => {
    const { release, simulator, time } = await connectGate();
    simulator.setFault('crc-errors', true);
    const releasing = release();
    await time.advance(milliseconds(400));
    expect(await releasing).toMatchObject({ kind: 'uncertain', fault: { code: 'E-GAT-NO-ANSWER', device: 'gate-1' } });
    expect(simulator.state().barrier).toBe('released');
  });

  it('is uncertain when the cable goes after the write, not released when it went before', async () => {
    const { release, session, simulator, time } = await connectGate();
    simulator.setFault('no-answer', true);
    const written = release();
    await time.settle();
    const waiting = release();
    simulator.setFault('unplugged', true);
    expect((await session.ended)?.code).toBe('E-LNK-LOST');
    expect(await written).toMatchObject({ kind: 'uncertain', fault: { code: 'E-LNK-LOST' } });
    expect(await waiting).toMatchObject({ kind: 'not-released', fault: { code: 'E-LNK-LOST' } });
    expect(await release()).toMatchObject({ kind: 'not-released' });
    expect(time.pendingTimers()).toBe(0);
  });

  it('refuses commands beyond the queue instead of keeping them', async () => {
    const { release, simulator, time } = await connectGate();
    simulator.setFault('no-answer', true);
    await time.advance(ASKED_AGAIN);
    const all = Array.from({ length: LIMITS.modbus.waitingMax + 1 }, () => release());
    expect(await all.at(-1)).toMatchObject({ kind: 'not-released', fault: { code: 'E-GAT-BUSY' } });
    await time.advance(seconds(3));
    expect(await Promise.all(all)).toHaveLength(LIMITS.modbus.waitingMax + 1);
  });

  it('ends a running pulse at once when told to secure', async () => {
    const { release, session, simulator } = await connectGate();
    await release({ pulse: seconds(5) });
    expect(simulator.state().barrier).toBe('released');
    expect(await session.port.secure()).toEqual({ ok: true, value: undefined });
    expect(simulator.state().barrier).toBe('closed');
  });

  it('closes the barrier by itself when the agent dies in the middle of a pulse', async () => {
    const { release, session, simulator, time } = await connectGate();
    await release();
    await session.stop();
    expect(simulator.state().barrier).toBe('released');
    await time.advance(milliseconds(700));
    expect(simulator.state().barrier).toBe('closed');
  });
});

describe('Modbus gate: a line that answers late', () => {
  it('never takes the late echo of one release for the answer to the next', async () => {
    const { release, simulator, time } = await connectGate();
    simulator.setFault('late-reply', true);
    const first = release();
    await time.settle();
    // From here on the board answers nothing new; only the echo of the first release is on its way, and it is the same as the second one's would be.
    simulator.setFault('no-answer', true);
    const second = release();
    await time.advance(milliseconds(310));
    expect(await first).toMatchObject({ kind: 'uncertain' });
    await time.advance(seconds(3));
    expect((await second).kind).not.toBe('released');
  });

  it('never takes late inputs for new ones: what the sensor saw before the silence is not counted after it', async () => {
    const { simulator, session, time, inputs } = await connectGate();
    simulator.setFault('late-reply', true);
    simulator.push('entry');
    // The next poll sees the body, and its answer is on its way for longer than the driver waits.
    await time.advance(milliseconds(400));
    simulator.setFault('late-reply', false);
    await time.advance(seconds(2));
    expect(simulator.state().passed).toBe(1);
    expect(inputs.filter(({ kind }) => kind === 'passed')).toEqual([]);
    expect(session.counters()).toMatchObject({ timeouts: 1, garbage: 1 });
  });

  it('goes on after one late answer, and says so meanwhile', async () => {
    const { release, simulator, time, health } = await connectGate();
    simulator.setFault('late-reply', true);
    await time.advance(milliseconds(200));
    simulator.setFault('late-reply', false);
    await time.advance(seconds(2));
    expect(health.slice(2)).toEqual([
      { kind: 'degraded', reasons: ['no-answer'] },
      { kind: 'ready', reasons: [] },
    ]);
    expect(await release()).toEqual({ kind: 'released' });
  });

  it('asks nothing but the fence until the fence is answered', async () => {
    const { simulator, time, written } = await connectGate();
    simulator.setFault('no-answer', true);
    await time.advance(ASKED_AGAIN);
    const before = written.length;
    await time.advance(milliseconds(600));
    simulator.setFault('no-answer', false);
    await time.advance(milliseconds(400));
    const functions = written.slice(before).map((frame) => frame.slice(2, 4));
    expect(functions.slice(0, 2)).toEqual(['01', '01']);
    expect(functions.slice(2).every((code) => code === '02')).toBe(true);
  });
});

describe('Modbus gate: a line that lies', () => {
  it('reads on behind a burst of garbage', async () => {
    const { release, simulator, time, session } = await connectGate();
    simulator.setFault('garbage', true);
    await time.advance(seconds(1));
    expect(await release()).toEqual({ kind: 'released' });
    expect(session.counters().garbage).toBeGreaterThan(0);
  });

  it('ends the session when every checksum is wrong', async () => {
    const { simulator, time, session, health } = await connectGate();
    simulator.setFault('crc-errors', true);
    await time.advance(seconds(3));
    expect((await session.ended)?.code).toBe('E-GAT-NO-ANSWER');
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['no-answer'] });
    expect(time.pendingTimers()).toBe(0);
  });

  it('ends the session after three misses in a row', async () => {
    const { simulator, time, session } = await connectGate();
    simulator.setFault('no-answer', true);
    await time.advance(seconds(3));
    expect((await session.ended)?.code).toBe('E-GAT-NO-ANSWER');
    expect(session.counters().timeouts).toBe(LIMITS.modbus.missesMax);
  });
});

describe('Modbus gate: inputs', () => {
  it('asks half as often while nobody is there, and sees the shortest body all the same', async () => {
    const { simulator, time, written, inputs, release } = await connectGate();
    const asked = async (): Promise<number> => {
      const before = written.length;
      await time.advance(seconds(3));
      return written.length - before;
    };
    expect(await asked()).toBe(Math.floor(3_000 / LIMITS.modbus.pollWhenClearEvery));
    for (let guest = 1; guest <= 10; guest++) {
      await time.advance(milliseconds(guest * 13));
      simulator.push('exit');
      await time.advance(LIMITS.modbus.pollEvery);
      await time.advance(seconds(3));
      expect(inputs.filter(({ kind }) => kind === 'passed')).toHaveLength(guest);
    }
    simulator.setPerson('walks-away');
    await release();
    expect(await asked()).toBe(Math.floor(3_000 / LIMITS.modbus.pollEvery));
    await time.advance(LIMITS.modbus.busyAfterRelease);
    expect(await asked()).toBe(Math.floor(3_000 / LIMITS.modbus.pollWhenClearEvery));
  });

  it('reports a jam and its end, as input and as health', async () => {
    const { simulator, time, inputs, health } = await connectGate();
    simulator.setFault('jam', true);
    await time.advance(ASKED_AGAIN);
    simulator.setFault('jam', false);
    await time.advance(ASKED_AGAIN);
    expect(inputs.slice(LEVELS_OFF.length)).toEqual([
      { kind: 'jammed', on: true },
      { kind: 'jammed', on: false },
    ]);
    expect(health.slice(2)).toEqual([
      { kind: 'blocked', reasons: ['gate-jammed'] },
      { kind: 'ready', reasons: [] },
    ]);
  });

  it('only reports the fire alarm: the barrier opens by its own wire', async () => {
    const { simulator, time, inputs, written } = await connectGate();
    simulator.setFault('fire-alarm', true);
    await time.advance(ASKED_AGAIN);
    expect(inputs.at(-1)).toEqual({ kind: 'fire-alarm', on: true });
    expect(simulator.state().barrier).toBe('released');
    expect(written.slice(1).every((frame) => frame.startsWith('0102'))).toBe(true);
  });

  it('calls a sensor stuck that stays covered, and counts one body for it at most', async () => {
    const { simulator, time, inputs, health } = await connectGate();
    simulator.setFault('sensor-stuck', true);
    await time.advance(seconds(30));
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['passage-sensor-stuck'] });
    expect(inputs.filter(({ kind }) => kind === 'passed')).toHaveLength(1);
    simulator.setFault('sensor-stuck', false);
    await time.advance(milliseconds(100));
    expect(health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
  });

  it('stops asking when it is stopped', async () => {
    const { session, time, written } = await connectGate();
    await session.stop();
    const before = written.length;
    await time.advance(seconds(5));
    expect(await session.ended).toBeUndefined();
    expect(written).toHaveLength(before);
    expect(time.pendingTimers()).toBe(0);
  });
});
