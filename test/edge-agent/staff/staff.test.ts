import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pinCrypto } from '#agent/staff/pin.ts';
import { createSessions } from '#agent/staff/sessions.ts';
import { runStaffCommand } from '#agent/staff/staff-command.ts';
import { LIMITS } from '#core/base/limits.ts';
import { hours, milliseconds, minutes, seconds } from '#core/base/time.ts';
import { testRandom } from '../validity/scratch-ledger.ts';
import { ANN, staffWorld } from './staff-world.ts';

const { triesMax, lockedFor, sessionLife, sessionsMax, recentWrongMax } = LIMITS.staff;

describe('a PIN', () => {
  it('names its member, and stands nowhere', async () => {
    const world = await staffWorld();
    expect(await world.verify('222222')).toMatchObject({ kind: 'member', member: { name: 'Mei', role: 'duty-manager' } });
    expect(await world.verify('111111')).toMatchObject({ kind: 'member', member: { name: 'Ann', role: 'usher' } });
    expect(await world.verify('123456')).toEqual({ kind: 'wrong', triesLeft: triesMax - 1 });
    const kept = readFileSync(world.file, 'utf8') + JSON.stringify(world.audit());
    for (const pin of ['111111', '222222', '123456']) expect(kept).not.toContain(pin);
    expect(statSync(world.file).mode & 0o777).toBe(0o600);
    expect(world.audit()).toContain('staff-signed-in Mei: by PIN');
    expect(world.audit()).toContain('staff-refused usher-page: wrong PIN, 1 in a row');
  });

  it('is compared with everybody, whoever it belongs to', async () => {
    const world = await staffWorld();
    const before = world.pins.derived();
    for (const pin of ['111111', '222222', '333333']) {
      const at = world.pins.derived();
      await world.verify(pin);
      expect(world.pins.derived() - at).toBe(2);
    }
    expect(world.pins.derived() - before).toBe(6);
  });

  it('is hashed under a salt: the same for both, another for another salt', async () => {
    const salt = Uint8Array.from({ length: 16 }, (_, i) => i);
    const hash = await pinCrypto.derive('123456', salt);
    expect(hash).toHaveLength(32);
    expect(await pinCrypto.derive('123456', salt)).toEqual(hash);
    expect(
      await pinCrypto.derive(
        '123456',
        salt.map((byte) => byte + 1),
      ),
    ).not.toEqual(hash);
    expect(pinCrypto.draw()).toMatch(/^\d{6}$/);
  });

  it('is nobody else’s: a draw that is taken is drawn again', async () => {
    const world = await staffWorld({ staff: [ANN] });
    world.pins.draw = (() => {
      const draws = ['111111', '111111', '777777'];
      return () => draws.shift() ?? '0';
    })();
    expect(await world.roster.add('Ben', 'usher')).toEqual({ ok: true, value: '777777' });
  });
});

describe('wrong PINs', () => {
  const tryWrong = async (world: Awaited<ReturnType<typeof staffWorld>>, times: number) => {
    const answers = [];
    for (let i = 0; i < times; i++) answers.push(await world.verify('000000'));
    return answers;
  };

  it('lock, and then the right one is not looked at either', async () => {
    const world = await staffWorld();
    const answers = await tryWrong(world, triesMax);
    expect(answers.map((answer) => (answer.kind === 'wrong' ? answer.triesLeft : answer.kind))).toEqual([4, 3, 2, 1, 'locked']);
    const looked = world.pins.derived();
    expect(await world.verify('111111')).toEqual({ kind: 'locked', left: lockedFor });
    expect(world.pins.derived()).toBe(looked);
    expect(world.audit()).toContain('staff-locked usher-page: for 5 minutes');
    await world.time.advance(lockedFor);
    expect(await world.verify('111111')).toMatchObject({ kind: 'member' });
  });

  it('typed by guests at a kiosk lock nobody out of the ushers’ page', async () => {
    const world = await staffWorld();
    for (let i = 0; i < triesMax; i++) await world.verify('000000', 'staff-page');
    expect(await world.verify('222222', 'staff-page')).toMatchObject({ kind: 'locked' });
    expect(await world.verify('222222', 'usher-page')).toMatchObject({ kind: 'member' });
    world.restart();
    expect(await world.verify('222222', 'staff-page')).toMatchObject({ kind: 'locked' });
    expect(world.audit()).toContain('staff-locked staff-page: for 5 minutes');
  });

  it('are forgiven once by whoever may write the list of staff, and that is told', async () => {
    const world = await staffWorld();
    await tryWrong(world, triesMax);
    const asked = await runStaffCommand(['unlock'], undefined, dirname(world.file));
    expect(asked.exit).toBe(0);
    expect(await world.verify('111111')).toMatchObject({ kind: 'member' });
    expect(world.audit()).toContain('staff-changed staff-file: the lock of the usher-page was taken back');
    await tryWrong(world, triesMax);
    expect(await world.verify('111111')).toMatchObject({ kind: 'locked' });
  });

  it('are counted across a restart', async () => {
    const world = await staffWorld();
    await tryWrong(world, triesMax - 1);
    world.restart();
    expect(await world.verify('000000')).toMatchObject({ kind: 'locked' });
  });

  it('lock across a restart, for what was left', async () => {
    const world = await staffWorld();
    await tryWrong(world, triesMax);
    await world.time.advance(minutes(2));
    world.restart();
    expect(await world.verify('111111')).toEqual({ kind: 'locked', left: minutes(3) });
    await world.time.advance(minutes(3));
    expect(await world.verify('111111')).toMatchObject({ kind: 'member' });
  });

  it('lock whatever somebody does to the clock on the wall', async () => {
    const world = await staffWorld();
    await tryWrong(world, triesMax);
    world.time.jumpWall(hours(48));
    expect(await world.verify('111111')).toMatchObject({ kind: 'locked' });
    world.restart();
    expect(await world.verify('111111')).toMatchObject({ kind: 'locked' });
    world.time.jumpWall(milliseconds(-hours(96)));
    world.restart();
    expect(await world.verify('111111')).toMatchObject({ kind: 'locked' });
  });

  it('have one try after a lock, until a right one was typed', async () => {
    const world = await staffWorld();
    await tryWrong(world, triesMax);
    await world.time.advance(lockedFor);
    expect(await world.verify('000000')).toMatchObject({ kind: 'locked' });
    await world.time.advance(lockedFor);
    expect(await world.verify('111111')).toMatchObject({ kind: 'member' });
    expect(await world.verify('000000')).toEqual({ kind: 'wrong', triesLeft: triesMax - 1 });
  });

  it('have all tries again when the page was left in peace for as long as five locks, and no sooner', async () => {
    const left = async (peace: number) => {
      const world = await staffWorld();
      await tryWrong(world, triesMax + 3);
      await world.time.advance(milliseconds(lockedFor + peace));
      world.restart();
      const answer = await world.verify('000000');
      return answer.kind === 'wrong' ? answer.triesLeft : answer.kind;
    };
    expect(await left(lockedFor - 1)).toBe('locked');
    expect(await left(lockedFor)).toBe('locked');
    expect(await left(2 * lockedFor)).toBe(1);
    expect(await left(5 * lockedFor)).toBe(triesMax - 1);
    expect(await left(hours(240))).toBe(triesMax - 1);
  });

  it.each([1, 300, 301])(
    'typed all day, every %i s, cost whoever stands before the page one lock at most, and a right PIN always opens it then',
    async (every) => {
      const world = await staffWorld();
      let looked = 0;
      let left = 0;
      let longest = 0;
      for (let second = 0; second < 86_400; second += every) {
        const before = world.pins.derived();
        const answer = await world.verify('000000', 'staff-page');
        if (world.pins.derived() > before) looked++;
        const now = answer.kind === 'locked' ? answer.left : 0;
        // What is typed while it counts down leaves it counting down.
        if (left > seconds(every)) expect(now).toBe(left - seconds(every));
        left = now;
        longest = Math.max(longest, now);
        await world.time.advance(seconds(every));
      }
      expect(longest).toBeLessThanOrEqual(lockedFor);
      expect(looked).toBeLessThanOrEqual(triesMax + 86_400_000 / lockedFor);
      const stands = await world.verify('222222', 'staff-page');
      if (stands.kind === 'locked') await world.time.advance(stands.left);
      expect(stands.kind === 'member' ? stands : await world.verify('222222', 'staff-page')).toMatchObject({ kind: 'member' });
      expect(await world.verify('000000', 'staff-page')).toEqual({ kind: 'wrong', triesLeft: expect.any(Number) });
    },
  );

  it('are not forgiven by a right one in between: who knows his own PIN cannot try the others', async () => {
    const world = await staffWorld();
    let tries = 0;
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < triesMax - 1; i++) if ((await world.verify('000000')).kind === 'wrong') tries++;
      await world.verify('111111');
    }
    expect(tries).toBeLessThan(recentWrongMax);
    expect(await world.verify('111111')).toMatchObject({ kind: 'locked' });
  });

  it('cut off by a crash in the middle still count', async () => {
    const world = await staffWorld();
    await tryWrong(world, triesMax - 1);
    world.pins.derive = () => new Promise(() => {});
    void world.verify('000000');
    await world.time.settle();
    world.restart();
    expect(await world.verify('111111')).toMatchObject({ kind: 'locked' });
  });

  it('that come all at once are looked at one after the other', async () => {
    const world = await staffWorld();
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.verify('000000')));
    expect(answers.filter(({ kind }) => kind === 'wrong')).toHaveLength(triesMax - 1);
    expect(answers.some(({ kind }) => kind === 'busy')).toBe(true);
    expect(world.pins.derived()).toBeLessThanOrEqual(2 + 1 + triesMax * 2);
  });

  it('by the hundred thousand are a few hundred tries a day', async () => {
    const world = await staffWorld();
    const before = world.pins.derived();
    for (let i = 0; i < 100_000; i++) {
      await world.verify(String(300_000 + i));
      // One a second without the cost of settling a hundred thousand times.
      if (i % 100 === 0) await world.time.advance(seconds(100));
    }
    const looked = (world.pins.derived() - before) / 2;
    expect(looked).toBeLessThanOrEqual(triesMax + (100_000 * 1_000) / lockedFor + 1);
    expect(looked).toBeGreaterThan(100);
  }, 180_000);

  it('that cannot be counted are not looked at', async () => {
    const world = await staffWorld();
    world.disk.isFull = true;
    const looked = world.pins.derived();
    await expect(world.verify('111111')).rejects.toThrow(/full/);
    expect(world.pins.derived()).toBe(looked);
    world.disk.isFull = false;
    expect(await world.verify('111111')).toMatchObject({ kind: 'member' });
  });
});

describe('the staff', () => {
  it('is nobody at first', async () => {
    const world = await staffWorld({ staff: [] });
    expect(await world.verify('000000')).toEqual({ kind: 'no-staff' });
    expect(world.staff().isEmpty()).toBe(true);
    expect(world.audit()).toEqual([]);
  });

  it('changes while the agent runs, and the audit tells how', async () => {
    const world = await staffWorld();
    const ann = await world.verify('111111');
    if (ann.kind !== 'member') throw new Error('not signed in');
    expect(world.staff().holder(ann.credential)).toEqual({ name: 'Ann', role: 'usher' });
    await world.roster.newPin('Ann');
    expect(world.staff().holder(ann.credential)).toBeUndefined();
    expect(await world.verify('999999')).toMatchObject({ kind: 'member', member: { name: 'Ann' } });
    world.roster.remove('Mei');
    expect(await world.verify('222222')).toMatchObject({ kind: 'wrong' });
    expect(world.audit().filter((line) => line.startsWith('staff-changed'))).toEqual([
      'staff-changed staff-file: added Ann (usher)',
      'staff-changed staff-file: added Mei (duty-manager)',
      'staff-changed staff-file: Ann has a new PIN',
      'staff-changed staff-file: removed Mei',
    ]);
  });

  it('is told again after a restart only when it changed', async () => {
    const world = await staffWorld();
    world.staff().isEmpty();
    const told = world.audit().length;
    world.restart();
    world.staff().isEmpty();
    expect(world.audit()).toHaveLength(told);
  });

  it.each(['not json', '[]', '{"version":2,"members":[]}', '{"version":1,"members":[{"name":"x"}]}'])('is refused as %j', async (text) => {
    const world = await staffWorld();
    writeFileSync(world.file, text);
    await expect(world.verify('111111')).rejects.toMatchObject({ fault: { code: 'E-STF-FILE' } });
  });

  it('refuses names that would lie in a list, twins and too many', async () => {
    const world = await staffWorld();
    for (const name of ['', ' Ann', 'Ann\u001b[2J', 'x'.repeat(41)])
      expect(await world.roster.add(name, 'usher')).toEqual({ ok: false, error: 'bad-name' });
    expect(await world.roster.add('Ann', 'usher')).toEqual({ ok: false, error: 'name-taken' });
    expect(world.roster.remove('Nobody')).toEqual({ ok: false, error: 'no-such-name' });
    expect(await world.roster.newPin('Nobody')).toEqual({ ok: false, error: 'no-such-name' });
  });

  it('keeps its file as it was when it cannot be written', async () => {
    const world = await staffWorld();
    const before = readFileSync(world.file, 'utf8');
    const folder = world.file.replace(/\/[^/]+$/, '');
    const isRoot = process.getuid?.() === 0;
    if (isRoot) rmSync(folder, { recursive: true });
    else chmodSync(folder, 0o500);
    await expect(world.roster.add('Ben', 'usher')).rejects.toMatchObject({ fault: { code: 'E-STF-FILE' } });
    if (!isRoot) {
      chmodSync(folder, 0o700);
      expect(readFileSync(world.file, 'utf8')).toBe(before);
    }
  });
});

describe('a session', () => {
  const open = async () => {
    const world = await staffWorld();
    const sessions = createSessions({ clock: world.time.clock, random: testRandom, holder: (credential) => world.staff().holder(credential) });
    const ann = await world.verify('111111');
    if (ann.kind !== 'member') throw new Error('not signed in');
    return { world, sessions, token: sessions.open(ann.credential), credential: ann.credential };
  };

  it('is known by 128 bits of chance, ends at sign-out and after a shift', async () => {
    const { world, sessions, token, credential } = await open();
    expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(sessions.holder(token)).toEqual({ name: 'Ann', role: 'usher' });
    expect(sessions.holder(undefined)).toBeUndefined();
    expect(sessions.holder('AAAAAAAAAAAAAAAAAAAAAA')).toBeUndefined();
    const second = sessions.open(credential);
    sessions.close(token);
    expect(sessions.holder(token)).toBeUndefined();
    expect(sessions.holder(second)).toBeDefined();
    await world.time.advance(sessionLife);
    expect(sessions.holder(second)).toBeUndefined();
  });

  it('ends with a new PIN and with its member', async () => {
    const { world, sessions, token } = await open();
    await world.roster.newPin('Ann');
    expect(sessions.holder(token)).toBeUndefined();
  });

  it('makes room for the newest', async () => {
    const { sessions, token, credential } = await open();
    const more = Array.from({ length: sessionsMax }, () => sessions.open(credential));
    expect(sessions.holder(token)).toBeUndefined();
    expect(more.every((each) => sessions.holder(each) !== undefined)).toBe(true);
  });
});
