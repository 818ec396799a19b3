import { describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { approach, browseToSeats, button, type Guest, heading } from './guest.ts';
import { useLobby } from './lobby-under-test.ts';
import { findShow, type Outing } from './orders.ts';
import { EN, type Words, ZH } from './words.ts';

/** Children of a film that wants a grown-up: who buys for them alone is told before paying that the gate will not let them in without help. */

const lobby = useLobby();

/** Of all seven days that are on sale: the programme has one on the six after today (until 2038), so it is there at every hour. */
const showForGrownUps = (): Promise<Outing> => findShow(lobby, 'children only with an adult', ({ escortChildren }) => escortChildren === true);

const SPEECH: readonly {
  readonly words: Words;
  readonly child: string;
  readonly adult: string;
  readonly changeSeats: string;
  readonly warning: string;
}[] = [
  {
    words: ZH,
    child: '儿童',
    adult: '成人',
    changeSeats: '改座位',
    warning: '本片儿童须由成人陪同入场。请在同一单里购买成人票，否则入场时须请工作人员协助。',
  },
  {
    words: EN,
    child: 'Child',
    adult: 'Adult',
    changeSeats: 'Change seats',
    warning: "Children see this film only with an adult. Buy the adult's ticket in this same order; otherwise our staff must let the child in.",
  },
];

describe.each(SPEECH)('a guest who buys a film that wants a grown-up ($words.language)', ({ words, child, adult, changeSeats, warning }) => {
  const warned = ({ page }: Guest) => page.getByRole('status').filter({ hasText: warning });
  const typesOf = (guest: Guest, type: string) => guest.page.getByRole('button', { name: new RegExp(`^${type}`) });
  const askedWhoComes = async (where: Outing): Promise<Guest> => {
    const guest = await approach(await lobby.open('/'), words);
    await browseToSeats(guest, where);
    await button(guest, words.pick(2)).click();
    await button(guest, words.next).click();
    await heading(guest, words.types).waitFor();
    return guest;
  };
  const choose = async (guest: Guest, seat: number, type: string): Promise<void> => {
    await typesOf(guest, type).nth(seat).click();
    await guest.page
      .getByRole('button', { name: new RegExp(`^${type}`), pressed: true })
      .first()
      .waitFor();
  };

  it('for children alone is warned when they are chosen, and once more before paying', async () => {
    const guest = await askedWhoComes(await showForGrownUps());
    await choose(guest, 0, child);
    expect(await warned(guest).count(), 'one child beside an adult').toBe(0);
    await choose(guest, 1, child);
    await warned(guest).waitFor();
    await button(guest, words.keep).click();
    await heading(guest, words.review).waitFor();
    await warned(guest).waitFor();
    await expectAccessible(guest.page, 'the review with its warning');
    expect(await button(guest, words.pay).isEnabled(), 'nothing is forbidden').toBe(true);
    await button(guest, changeSeats).click();
    await heading(guest, words.seats).waitFor();
  });

  it('for a child and an adult reads nothing of it', async () => {
    const guest = await askedWhoComes(await showForGrownUps());
    await choose(guest, 0, child);
    await choose(guest, 1, child);
    await warned(guest).waitFor();
    await choose(guest, 1, adult);
    await warned(guest).waitFor({ state: 'detached' });
    await button(guest, words.keep).click();
    await heading(guest, words.review).waitFor();
    expect(await warned(guest).count()).toBe(0);
  });

  it('is not warned at any other film', async () => {
    const guest = await askedWhoComes(await findShow(lobby, 'for everybody', ({ escortChildren }) => escortChildren !== true));
    await choose(guest, 0, child);
    await choose(guest, 1, child);
    await button(guest, words.keep).click();
    await heading(guest, words.review).waitFor();
    expect(await warned(guest).count()).toBe(0);
  });
});
