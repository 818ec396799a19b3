import { expect, test } from 'vitest';
import { seconds } from '#core/base/time.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { createIdleWatch } from '../../../kiosk-ui/audience/model/idle.ts';
import { IDLE_RULE, type IdleRule } from '../../../kiosk-ui/audience/model/screen.ts';

function watch(rule: IdleRule) {
  const time = createVirtualTime();
  let gone = 0;
  const idle = createIdleWatch(
    time.clock,
    () => rule,
    () => {
      gone++;
    },
  );
  const pass = async (count: number): Promise<void> => {
    for (let second = 0; second < count; second++) {
      await time.advance(seconds(1));
      idle.tick();
    }
  };
  return { idle, pass, gone: () => gone };
}

test('after 60 s of silence a question is asked, and 30 s later the guest is gone', async () => {
  const { idle, pass, gone } = watch(IDLE_RULE.seats);
  await pass(59);
  expect(idle.warning.value).toBeUndefined();
  await pass(1);
  expect(idle.warning.value).toBe(30);
  await pass(29);
  expect(idle.warning.value).toBe(1);
  expect(gone()).toBe(0);
  await pass(1);
  expect(gone()).toBe(1);
  expect(idle.warning.value).toBeUndefined();
});

test('any touch extends, again and again', async () => {
  const { idle, pass, gone } = watch(IDLE_RULE.films);
  for (let round = 0; round < 12; round++) {
    await pass(80);
    expect(idle.warning.value).toBe(10);
    idle.touch();
    expect(idle.warning.value).toBeUndefined();
  }
  expect(gone()).toBe(0);
});

test('review waits 90 s before it asks', async () => {
  const { idle, pass } = watch(IDLE_RULE.review);
  await pass(89);
  expect(idle.warning.value).toBeUndefined();
  await pass(1);
  expect(idle.warning.value).toBe(30);
});

test.each(['paying', 'printing', 'attract'] as const)('nobody is ever asked on %s', async (screen) => {
  const { idle, pass, gone } = watch(IDLE_RULE[screen]);
  await pass(600);
  expect(idle.warning.value).toBeUndefined();
  expect(gone()).toBe(0);
});

test('the last screen goes by itself after 20 s, touched or not', async () => {
  const { idle, pass, gone } = watch(IDLE_RULE.done);
  await pass(12);
  idle.touch();
  expect(idle.returnsIn.value).toBe(8);
  await pass(8);
  expect(gone()).toBe(1);
});
