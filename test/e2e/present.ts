import { errors, type Locator } from 'playwright-core';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { LobbyUnderTest } from './lobby-under-test.ts';

/**
 * Holds a code up again that was read a moment ago. Within 2.5 s it is the same scan to the scanner's driver, so somebody who comes back at once may have to
 * hold it up a second time, as at any real reader.
 */
export function presentAgain(lobby: LobbyUnderTest, scanner: DeviceId, code: string, answer: Locator): Promise<void> {
  return holdUp(() => lobby.present(scanner, code), answer, 3_000);
}

/**
 * Holds something up until it is answered. A card is there for a second, and a reader whose machine had other work in just that one has not seen it.
 * @param withinMs longer than an answer takes on a busy machine: who holds a card up again may be asked again
 */
export async function holdUp(show: () => Promise<unknown>, answer: Locator, withinMs = 15_000): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    await show();
    if (await appears(answer, withinMs)) return;
  }
  throw new Error('it was held up four times, and nobody answered');
}

async function appears(answer: Locator, withinMs: number): Promise<boolean> {
  try {
    await answer.waitFor({ timeout: withinMs });
    return true;
  } catch (thrown) {
    if (thrown instanceof errors.TimeoutError) return false;
    throw thrown;
  }
}
