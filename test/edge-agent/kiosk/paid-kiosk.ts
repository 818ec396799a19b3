import { seconds } from '#core/base/time.ts';
import { type KioskOptions, type KioskSetup, setUpKiosk } from './kiosk-setup.ts';

/** A kiosk whose guest has just paid by phone: her tickets are at the printer. */
export async function setUpPaidKiosk(count = 2, options: KioskOptions = {}): Promise<KioskSetup> {
  const setup = await setUpKiosk(options);
  await setup.payUpToCode(count);
  setup.office.phone('succeeded');
  await setup.advance(seconds(1));
  return setup;
}
