import { describe, expect, it } from 'vitest';
import { localApi } from '#core/contract/local/api.ts';
import { lobbyConfiguration } from '../support/running-lobby.ts';
import { mustAnswer } from '../support/screens-client.ts';
import { expectAccessible } from './accessibility.ts';
import { approach, button, buyUpToReview, finish, heading } from './guest.ts';
import { KIOSK_SCREEN, useLobby } from './lobby-under-test.ts';
import { showWithOpenDoors } from './orders.ts';
import { codesOnPaper } from './paper.ts';
import { holdUp } from './present.ts';
import { EN } from './words.ts';

/** The lobby of all tests with a reader for members' cards at the kiosk. */
const withReader = `${lobbyConfiguration().replace('terminal: card-terminal }', 'terminal: card-terminal, cardReader: kiosk-reader }').trimEnd()}
  - { id: kiosk-reader, driver: pn532-reader, link: { kind: simulated } }
`;

const lobby = useLobby({ configuration: withReader });
const show = (card: 'member' | 'payment' | 'unknown') =>
  mustAnswer(lobby.screens, localApi.showCard, { params: { device: 'kiosk-reader' }, body: { card } });

describe('a member holds her card to the reader', () => {
  it('is told that a payment card is not read, then pays with her own card and its PIN', async () => {
    const guest = await approach(await lobby.open('/', KIOSK_SCREEN), EN);
    const { page } = guest;
    await buyUpToReview(guest, await showWithOpenDoors(lobby), 2);
    await button(guest, guest.words.pay).click();
    await heading(guest, guest.words.howToPay).waitFor();
    await button(guest, /^Member/).click();
    await heading(guest, 'Pay from your member balance').waitFor();

    await holdUp(() => show('payment'), page.getByText('That is a payment card. It is not read or kept here'));
    await expectAccessible(page, 'a payment card at the reader');
    await holdUp(() => show('member'), heading(guest, 'Enter your PIN'));
    await page.getByText('Member card ending in 7560').waitFor();

    await page.keyboard.type('1111');
    await page.keyboard.press('Enter');
    await page.getByText(/Wrong PIN\. \d tr(y|ies) left/).waitFor();
    await page.keyboard.type('2468');
    await page.keyboard.press('Enter');
    await heading(guest, 'Confirm the payment').waitFor();
    await button(guest, /^Pay ¥/).click();
    await heading(guest, 'Enjoy the film').waitFor();
    expect(new Set(await codesOnPaper(lobby)).size).toBe(2);
    await finish(guest);
  });

  it('and the technician shows and breaks the reader on the device bench', async () => {
    const page = await lobby.open('/bench');
    const card = page.getByRole('region', { name: /kiosk-reader/ });
    await card.getByRole('button', { name: /银行卡|a payment card/ }).click();
    await card.getByText(/已出示 \d+ 次|\d+ shown/).waitFor();
    await expectAccessible(page, 'the device bench with a card reader');
    await card.getByRole('switch', { name: /拔掉电缆|Unplugged/ }).click();
    const technician = await lobby.open('/technician');
    await technician.getByText('kiosk-reader').first().waitFor();
    await technician
      .getByText(/未连接|Not there/)
      .first()
      .waitFor();
    const { devices } = await mustAnswer(lobby.screens, localApi.readBench);
    expect(devices.find(({ device }) => device === 'kiosk-reader')).toMatchObject({ class: 'card-reader' });
  });
});
