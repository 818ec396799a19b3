import { expect, it } from 'vitest';
import { DEMO_MEMBERS } from '#agent/box-office/members/demo-members.ts';
import { numberOfChip } from '#agent/devices/card-code.ts';
import { uidOfShown } from '#drivers/smart-card/card-simulator.ts';

it('the chip that the device bench holds to a card reader is a demo member’s', () => {
  expect(DEMO_MEMBERS.map(({ card }) => card)).toContain(numberOfChip('uid', uidOfShown('member')));
});
