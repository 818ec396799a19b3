import { errors, type Locator } from 'playwright-core';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { LobbyUnderTest } from './lobby-under-test.ts';

/**
 * Holds a code up again that was read a moment ago. Within 2.5 s it is the same scan to the scanner's driver, so somebody who comes back at once may have to
 * hold it up a second time, as at any real reader.
 */
export async function presentAgain(lobby: LobbyUnderTest, scanner: DeviceId, code: string, answer: Locator): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    await lobby.present(scanner, code);
    if (await appears(answer)) return;
  }
  throw new Error(`${scanner} was shown the code four times, and nobody answered`);
}

async function appears(answer: Locator): Promise<boolean> {
  try {
    await answer.waitFor({ timeout: 3_000 });
    return true;
  } catch (thrown) {
    if (thrown instanceof errors.TimeoutError) return false;
    throw thrown;
  }
}
