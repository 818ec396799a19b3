import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '#core/base/bytes.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { osdpGateDriver } from '#drivers/osdp/osdp-gate-driver.ts';
import { osdpReaderDriver } from '#drivers/osdp/osdp-reader-driver.ts';
import { createPacketDecoder } from '#drivers/osdp/packet.ts';
import { DEFAULT_KEY } from '#drivers/osdp/secure-channel.ts';
import { gateOn, INPUTS, KEY, lightOn, osdpBench, readerOn, settingsOf } from './osdp-bench.ts';

/** The packets that were written, decoded. */
const packets = (written: readonly string[]) =>
  written.flatMap((hex) =>
    createPacketDecoder()
      .push(fromHex(hex) ?? new Uint8Array())
      .flatMap((event) => (event.kind === 'packet' ? [event.packet] : [])),
  );
const codes = (written: readonly string[]) => packets(written).map(({ code }) => code);

describe.each([
  ['in the clear', undefined],
  ['in a secure channel', KEY],
])('a barrier on an OSDP device, %s', (_, key) => {
  const connectGate = () => gateOn(osdpBench([{ key }]), { key });

  it('is switched off before anything else is asked of it, and is ready', async () => {
    const { written, health, session } = await connectGate();
    const order = codes(written);
    expect(order[0]).toBe(0x61);
    expect(order.indexOf(0x68)).toBeLessThan(order.indexOf(0x60));
    expect(order.indexOf(0x68)).toBeLessThan(order.indexOf(0x65));
    expect(health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(session.counters()).toMatchObject({ garbage: 0, timeouts: 0 });
    // With a key nothing but hello and the handshake is in the clear.
    const clear = packets(written).filter(({ mac }) => mac === undefined);
    if (key !== undefined) expect(new Set(clear.map(({ code }) => code))).toEqual(new Set([0x61, 0x76, 0x77]));
  });

  it('is released for as long as the device itself counts, and tells who went through', async () => {
    const { release, time, first, inputs } = await connectGate();
    const outcome = release();
    await time.advance(milliseconds(100));
    expect(await outcome).toEqual({ kind: 'released' });
    expect(first.gate.state().barrier).toBe('released');
    await time.advance(seconds(2));
    expect(first.gate.state()).toMatchObject({ barrier: 'closed', passed: 1 });
    expect(inputs).toContainEqual({ kind: 'passed', direction: 'entry' });
  });

  it.each(['lost-reply', 'wrong-sequence', 'forged-reply'])('releases once through %s', async (fault) => {
    const { release, time, first, written } = await connectGate();
    await time.advance(milliseconds(60));
    const before = written.length;
    first.setFault(fault, true);
    const outcome = release();
    await time.advance(seconds(1));
    expect(await outcome).toEqual({ kind: 'released' });
    await time.advance(seconds(3));
    expect(first.gate.state()).toMatchObject({ barrier: 'closed', passed: 1 });
    const releases = packets(written.slice(before)).filter(({ code }) => code === 0x68);
    expect(new Set(releases.map(({ sequence }) => sequence)).size).toBe(1);
  });

  it('says that it does not know when the device falls silent, and is lost within two seconds', async () => {
    const { release, time, first, session, health } = await connectGate();
    first.setFault('no-answer', true);
    const outcome = release();
    await time.advance(milliseconds(600));
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['no-answer'] });
    await time.advance(milliseconds(1_400));
    expect(await outcome).toMatchObject({ kind: 'uncertain', fault: { code: 'E-GAT-NO-ANSWER' } });
    expect(await session.ended).toMatchObject({ code: 'E-OSD-NO-ANSWER' });
    expect(await release()).toMatchObject({ kind: 'not-released', fault: { code: 'E-OSD-OFFLINE' } });
    expect(time.pendingTimers()).toBe(0);
  });

  it('comes back by itself after the device was without power, switched off first', async () => {
    const { time, first, events, release, written, session } = await connectGate();
    first.setFault('restart', true);
    const before = written.length;
    await time.advance(seconds(2));
    expect(events.map(({ kind }) => kind)).toContain('restarted');
    expect(events.filter(({ kind }) => kind === 'online')).toHaveLength(2);
    expect(codes(written.slice(before))).toContain(0x68);
    const outcome = release();
    await time.advance(milliseconds(100));
    expect(await outcome).toEqual({ kind: 'released' });
    await session.stop();
    expect(time.pendingTimers()).toBeLessThanOrEqual(3);
  });

  it('waits for a busy device, but never beyond the deadline', async () => {
    const { release, time, first } = await connectGate();
    first.setFault('busy', true);
    const soon = release();
    await time.advance(milliseconds(500));
    first.setFault('busy', false);
    await time.advance(milliseconds(200));
    expect(await soon).toEqual({ kind: 'released' });
    await time.advance(seconds(3));
    first.setFault('busy', true);
    const late = release(milliseconds(700), milliseconds(300));
    await time.advance(milliseconds(400));
    first.setFault('busy', false);
    await time.advance(seconds(2));
    expect((await late).kind).toBe('uncertain');
    expect(first.gate.state()).toMatchObject({ barrier: 'closed', passed: 1 });
  });

  it('works through noise', async () => {
    const { release, time, first, session } = await connectGate();
    first.setFault('noise', true);
    const outcome = release();
    await time.advance(seconds(2));
    expect((await outcome).kind).toBe('released');
    expect(session.counters().garbage).toBeGreaterThan(0);
  });

  it('reports the alarm, and tells the barrier nothing', async () => {
    const { time, first, written, inputs, health } = await connectGate();
    const before = written.length;
    first.setFault('fire-alarm', true);
    await time.advance(seconds(1));
    expect(inputs).toContainEqual({ kind: 'fire-alarm', on: true });
    expect(health.at(-1)).toEqual({ kind: 'blocked', reasons: ['fire-alarm'] });
    expect(first.gate.state().barrier).toBe('released');
    await time.advance(seconds(30));
    if (key === undefined) expect(codes(written.slice(before))).not.toContain(0x68);
    expect(first.gate.state().barrier).toBe('released');
  });

  it('never releases after the deadline, whatever happens to the line', async () => {
    const step = fc.record({
      fault: fc.constantFrom('busy', 'no-answer', 'noise', 'lost-reply', 'wrong-sequence', 'restart', 'none'),
      for: fc.integer({ min: 0, max: 1_200 }),
      within: fc.integer({ min: 0, max: 900 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
        const { time, first, session, release } = await connectGate();
        let deadline = 0;
        let isLate = false;
        first.onChange(() => {
          if (first.gate.state().barrier === 'released' && time.clock.monotonic() > deadline) isLate ||= !wasOpen;
          wasOpen = first.gate.state().barrier === 'released';
        });
        let wasOpen = false;
        for (const { fault, for: span, within } of steps) {
          if (fault !== 'none') first.setFault(fault, true);
          deadline = time.clock.monotonic() + within;
          void release(milliseconds(100), milliseconds(within));
          await time.advance(milliseconds(span));
          for (const lasting of ['busy', 'no-answer', 'noise']) first.setFault(lasting, false);
          await time.advance(milliseconds(within + 1_500));
        }
        await session.stop();
        expect(isLate).toBe(false);
      }),
      { numRuns: 15 },
    );
  }, 180_000);
});

describe('an OSDP card reader', () => {
  it('gives cards and keys as what they are: bare numbers', async () => {
    const bench = osdpBench([{ key: KEY }]);
    const { reads, health } = await readerOn(bench, { key: KEY });
    bench.first.reader.show('member');
    await bench.time.advance(milliseconds(300));
    bench.first.type('12');
    await bench.time.advance(milliseconds(300));
    expect(reads).toMatchObject([
      { kind: 'wiegand', bits: 26, data: Uint8Array.of(0xa1, 0xb2, 0xc3, 0x40) },
      { kind: 'keypad', keys: '12' },
    ]);
    expect(health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
  });

  it('tells of an opened case and of failing power', async () => {
    const bench = osdpBench();
    const { health } = await readerOn(bench);
    bench.first.setFault('tamper', true);
    await bench.time.advance(milliseconds(300));
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['tampered'] });
    bench.first.setFault('power', true);
    await bench.time.advance(milliseconds(300));
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['tampered', 'power-failing'] });
  });

  it('gets no session with another key, and never one in the clear', async () => {
    const bench = osdpBench([{ key: KEY }]);
    bench.first.setFault('wrong-key', true);
    const { result } = await bench.connect(osdpReaderDriver, { pd: bench.line.pd(settingsOf({ key: KEY })), reader: 0 });
    expect(result).toMatchObject({ ok: false, error: { code: 'E-OSD-KEY', device: 'osdp-1' } });
    expect(codes(bench.written)).not.toContain(0x60);
  });

  it('with the default key is given its own one in an installation, and only there', async () => {
    const stranger = osdpBench();
    const refused = await stranger.connect(osdpReaderDriver, { pd: stranger.line.pd(settingsOf({ key: KEY })), reader: 0 });
    expect(refused.result).toMatchObject({ ok: false, error: { code: 'E-OSD-KEY' } });
    expect([codes(stranger.written).includes(0x75), stranger.first.ownKey()]).toEqual([false, undefined]);

    const bench = osdpBench();
    const { health } = await readerOn(bench, { key: KEY, isInstalling: true });
    expect(bench.first.ownKey()).toEqual(KEY);
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['being-installed'] });
    const given = packets(bench.written).find(({ code }) => code === 0x75);
    expect(given?.security?.type).toBe(0x17);
    expect(Buffer.from(given?.data ?? []).includes(Buffer.from(KEY))).toBe(false);
    expect(Buffer.from(given?.data ?? []).includes(Buffer.from(DEFAULT_KEY))).toBe(false);
  });

  it('that cannot speak in secret is not used with a key', async () => {
    const bench = osdpBench([{ key: KEY }]);
    bench.first.setFault('refuses', true);
    const { result } = await bench.connect(osdpReaderDriver, { pd: bench.line.pd(settingsOf({ key: KEY })), reader: 0 });
    expect(result.ok).toBe(false);
  });
});

describe('the light of an OSDP device', () => {
  it('blinks and beeps by itself, and shows words', async () => {
    const bench = osdpBench();
    const { session } = await lightOn(bench);
    session.port.show({ light: { colour: 'red', rhythm: 'fast' }, beeps: 'long-short', words: 'NOT VALID' });
    await bench.time.advance(milliseconds(20));
    expect(bench.first.light.lamps().filter(({ isOn }) => isOn)).toEqual([{ colour: 'red', isOn: true }]);
    expect([bench.first.light.isSounding(), bench.first.words()]).toEqual([true, 'NOT VALID']);
    await bench.time.advance(milliseconds(320));
    expect(bench.first.light.lamps().some(({ isOn }) => isOn)).toBe(false);
  });

  it('is said anew to a device that was without power, without beeps', async () => {
    const bench = osdpBench();
    const { session } = await lightOn(bench);
    session.port.show({ light: { colour: 'green', rhythm: 'steady' }, beeps: 'none', words: 'ENTER' });
    await bench.time.advance(milliseconds(200));
    bench.first.setFault('restart', true);
    expect(bench.first.light.lamps().some(({ isOn }) => isOn)).toBe(false);
    await bench.time.advance(seconds(1));
    expect(bench.first.light.lamps()).toContainEqual({ colour: 'green', isOn: true });
    expect(bench.first.light.isSounding()).toBe(false);
  });

  it('is not asked for what the device does not have', async () => {
    const bench = osdpBench([{ without: [5, 6] }]);
    const { session } = await lightOn(bench);
    session.port.show({ light: { colour: 'red', rhythm: 'steady' }, beeps: 'one-long', words: 'NO' });
    await bench.time.advance(seconds(1));
    expect(codes(bench.written)).toContain(0x69);
    expect(codes(bench.written)).not.toContain(0x6a);
    expect(codes(bench.written)).not.toContain(0x6b);
  });
});

describe('several devices on one line', () => {
  it('are asked in turns, and one that is not there takes little from the others', async () => {
    const bench = osdpBench([{ address: 1 }, { address: 2, key: KEY }]);
    const first = await readerOn(bench, { address: 1 });
    const second = await readerOn(bench, { address: 2, key: KEY });
    const missing = bench.connect(osdpReaderDriver, { pd: bench.line.pd(settingsOf({ address: 9 })), reader: 0 });
    bench.simulators[0]?.reader.show('member');
    bench.simulators[1]?.reader.show('unknown');
    expect((await missing).result).toMatchObject({ ok: false, error: { code: 'E-OSD-NO-ANSWER' } });
    expect(first.reads).toHaveLength(1);
    expect(second.reads).toHaveLength(1);
    const addresses = packets(bench.written).map(({ address }) => address);
    const polled = (address: number) => addresses.filter((each) => each === address).length;
    expect(polled(1)).toBeGreaterThan(60);
    expect(polled(2)).toBeGreaterThan(60);
    expect(polled(9)).toBeLessThan(10);
  });

  it('share one session where one device is reader and light', async () => {
    const bench = osdpBench();
    const reader = await readerOn(bench);
    const light = await lightOn(bench);
    expect(codes(bench.written).filter((code) => code === 0x61)).toHaveLength(1);
    await reader.session.stop();
    expect(light.session.port.show).toBeTypeOf('function');
    light.session.port.show({ light: { colour: 'red', rhythm: 'steady' }, beeps: 'none', words: '' });
    await bench.time.advance(milliseconds(100));
    expect(bench.first.light.lamps()).toContainEqual({ colour: 'red', isOn: true });
    await light.session.stop();
    await bench.time.settle();
    expect(bench.time.pendingTimers()).toBe(0);
  });

  it('all lose their link when the adapter is pulled, and are found again', async () => {
    const bench = osdpBench([{ address: 1 }, { address: 2 }]);
    const first = await readerOn(bench, { address: 1 });
    const second = await readerOn(bench, { address: 2 });
    bench.wire.setFault('unplugged', true);
    await bench.time.settle();
    expect(await first.session.ended).toMatchObject({ code: 'E-LNK-LOST' });
    expect(await second.session.ended).toMatchObject({ code: 'E-LNK-LOST' });
    expect(bench.time.pendingTimers()).toBe(0);
    bench.wire.setFault('unplugged', false);
    const again = await readerOn(bench, { address: 1 });
    bench.simulators[0]?.reader.show('member');
    await bench.time.advance(milliseconds(300));
    expect(again.reads).toHaveLength(1);
  });

  it('refuse an output that the device does not have, without asking', async () => {
    const bench = osdpBench([{ without: [2] }]);
    const { release, written } = await gateOn(bench);
    expect(await release()).toMatchObject({ kind: 'not-released', fault: { code: 'E-GAT-REFUSED' } });
    expect(codes(written)).not.toContain(0x68);
    const blind = osdpBench([{ without: [1] }]);
    const { health } = await blind.connect(osdpGateDriver, { pd: blind.line.pd(settingsOf()), releaseOutput: 0, inputs: INPUTS });
    expect(health.at(-1)).toEqual({ kind: 'blocked', reasons: ['configuration'] });
  });
});
