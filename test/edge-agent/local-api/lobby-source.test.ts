import { expect, test } from 'vitest';
import { createLobbySource } from '#agent/local-api/lobby-source.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

function lobby() {
  const time = createVirtualTime();
  let asked = 0;
  let isAway = false;
  const away = err({ kind: 'unreachable' as const, fault: { code: 'E-BOX-UNREACHABLE', owner: 'network' as const, message: 'away' } });
  const source = createLobbySource({
    machine: { machine: MachineId.parse('kiosk-1'), roles: ['kiosk'], lanes: [], simulated: true, pixelsPerMm: 4 },
    flows: () => [],
    clock: time.clock,
    boxOffice: {
      readSite: async () => away,
      readShowSeats: async () => away,
      readProgramme: async () => {
        asked += 1;
        return isAway ? away : ok({ days: [], films: [], shows: [] });
      },
    },
  });
  return {
    time,
    source,
    asked: () => asked,
    setAway: (is: boolean) => {
      isAway = is;
    },
  };
}

test('a screen and its posters ask the box office once', async () => {
  const { source, asked } = lobby();
  const answers = await Promise.all(Array.from({ length: 13 }, () => source.programme()));
  expect(answers.every(({ kind }) => kind === 'read')).toBe(true);
  expect(asked()).toBe(1);
});

test('the answer is kept for seconds, no longer', async () => {
  const { time, source, asked } = lobby();
  await source.programme();
  await time.advance(LIMITS.live.programmeKept);
  await source.programme();
  expect(asked()).toBe(2);
});

test('a box office that was away is asked again at once', async () => {
  const { source, asked, setAway } = lobby();
  setAway(true);
  expect(await source.programme()).toEqual({ kind: 'away' });
  setAway(false);
  expect((await source.programme()).kind).toBe('read');
  expect(asked()).toBe(2);
});
