import { describe, expect, it } from 'vitest';
import { minutes } from '#core/base/time.ts';
import type { ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { EventId } from '#core/contract/identifiers.ts';
import { SHOW, ticketId } from '../validity/fake-box-office.ts';
import { OVERRIDE, refund, refused, signedIn, TICKET } from './signed-in.ts';
import { HANDHELD } from './usher-world.ts';

describe('letting somebody in against the rules', () => {
  const withRefusal = async (row: ValidityTicket = refund(TICKET)) => {
    const world = await signedIn();
    await world.publish(row);
    const verdict = await world.verdictOf(world.code(row), 'camera');
    const scanId = verdict.scanId as EventId;
    const override = (pin = '222222', of: { scanId: EventId } | { ticketId: ValidityTicket['id'] } = { scanId }) =>
      world.desk().override(world.ann, { of, why: 'proof-seen', note: '', pin });
    return { ...world, scanId, override };
  };

  it('needs the PIN of a duty manager, whoever is signed in', async () => {
    const world = await withRefusal();
    expect(await world.override('111111')).toEqual(refused('no-right'));
    expect(await world.override('000000')).toEqual(refused('wrong-pin', { triesLeft: 4 }));
    expect(world.admissions().history(TICKET.id).entries).toBe(0);
    expect(await world.override()).toMatchObject({
      kind: 'done',
      verdict: { kind: 'enter', reasons: ['refunded'], ticket: { id: TICKET.id, used: 1 } },
    });
    expect(world.admissions().history(TICKET.id).entries).toBe(1);
  });

  it('stands in the scan, its passage and the audit, under the name of the PIN and with the reason', async () => {
    const world = await withRefusal();
    await world.desk().override(world.ann, { of: { scanId: world.scanId }, why: 'manager-decision', note: 'VIP\u0007 guest', pin: '222222' });
    const events = world.events();
    const scan = events.findLast((event) => event.t === 'scan');
    expect(scan).toMatchObject({
      d: {
        lane: HANDHELD,
        verdict: 'admit',
        reasons: ['refunded'],
        ticketId: TICKET.id,
        showId: SHOW,
        override: { by: 'Mei', why: 'manager-decision: VIP guest' },
      },
    });
    expect(
      events.some((event) => event.t === 'passage' && event.d.scanId === (scan?.t === 'scan' && scan.d.scanId) && event.d.outcome === 'passed'),
    ).toBe(true);
    expect(world.audit().at(-1)).toMatch(/^admission-overridden Mei: scan \w{26}: manager-decision: VIP guest$/);
    expect(world.state().recent[0]).toMatchObject({ overriddenBy: 'Mei', undone: false, undoUntil: expect.any(String) });
  });

  it('happens once, however often it is tapped, and may be taken back', async () => {
    const world = await withRefusal();
    const [first, second] = await Promise.all([world.override(), world.override()]);
    if (first?.kind !== 'done') throw new Error('not let in');
    expect(second).toEqual(refused('same-scan', { verdict: first.verdict }));
    expect(await world.override()).toEqual(refused('same-scan', { verdict: first.verdict }));
    expect(await world.scan(world.code(refund(TICKET)), 'camera')).toEqual(refused('same-scan', { verdict: first.verdict }));
    expect(world.admissions().history(TICKET.id).entries).toBe(1);
    expect(await world.desk().undo(world.ann, first.verdict.scanId as EventId)).toEqual({ kind: 'done' });
    expect(world.admissions().history(TICKET.id).entries).toBe(0);
    expect(await world.override()).toMatchObject({ kind: 'done' });
  });

  it('goes for a refusal of any lane of the machine, and after a restart', async () => {
    const world = await withRefusal();
    const scanId = await world.atGate1(world.code(refund(TICKET)));
    world.restart();
    const ann = await world.signIn('111111');
    expect(await world.desk().override(ann, { of: { scanId }, ...OVERRIDE, pin: '222222' })).toMatchObject({
      kind: 'done',
      verdict: { kind: 'enter' },
    });
  });

  it('goes for a ticket that was found by its number: what stands against it is told', async () => {
    const world = await signedIn();
    await world.verdictOf(world.code(TICKET));
    await world.time.advance(minutes(10));
    const answer = await world.desk().override(world.ann, { of: { ticketId: TICKET.id }, why: 'code-unreadable', note: '', pin: '222222' });
    expect(answer).toMatchObject({ kind: 'done', verdict: { reasons: ['already-used'], ticket: { used: 2 } } });
  });

  it('goes for no code that proves no ticket of ours', async () => {
    const world = await signedIn();
    const good = world.code(TICKET);
    const forged = good.slice(0, -4) + (good.endsWith('0000') ? '1111' : '0000');
    for (const code of [forged, 'hello', '134567890123456789']) {
      const { scanId } = await world.verdictOf(code);
      expect(await world.desk().override(world.ann, { of: { scanId: scanId as EventId }, ...OVERRIDE, pin: '222222' })).toEqual(refused('unknown'));
    }
    expect(await world.desk().override(world.ann, { of: { ticketId: ticketId(4711) }, ...OVERRIDE, pin: '222222' })).toEqual(refused('unknown'));
    expect(await world.desk().override(world.ann, { of: { scanId: '01J00000000000000000000000' as EventId }, ...OVERRIDE, pin: '222222' })).toEqual(
      refused('unknown'),
    );
  });

  it('goes for no scan that was an admission', async () => {
    const world = await signedIn();
    const { scanId } = await world.verdictOf(world.code(TICKET));
    expect(await world.desk().override(world.ann, { of: { scanId: scanId as EventId }, ...OVERRIDE, pin: '222222' })).toEqual(refused('too-late'));
  });

  it('is told to the other gates, who cannot forbid it', async () => {
    const world = await withRefusal();
    const asked: string[] = [];
    world.outside.claim = ({ ticketId: id }) => {
      asked.push(id);
      return { kind: 'taken' };
    };
    expect(await world.override()).toMatchObject({ kind: 'done', verdict: { confirmation: 'unconfirmed' } });
    expect(asked).toEqual([TICKET.id]);
  });

  it('is nothing when it cannot be written', async () => {
    const world = await withRefusal();
    // The PIN's try is written, and then the disk is full.
    world.outside.claim = () => {
      world.outside.disk.isFull = true;
      return { kind: 'granted' };
    };
    expect(await world.override()).toEqual(refused('not-written'));
    world.outside.disk.isFull = false;
    world.outside.claim = undefined;
    expect(world.admissions().history(TICKET.id).entries).toBe(0);
    expect(await world.override()).toMatchObject({ kind: 'done' });
  });

  it('locks the page after wrong PINs, as signing in does', async () => {
    const world = await withRefusal();
    for (let i = 0; i < 4; i++) await world.override('000000');
    expect(await world.override('000000')).toMatchObject({ refusal: { code: 'locked' } });
    expect(await world.desk().signIn('111111')).toMatchObject({ refusal: { code: 'locked' } });
  });
});
