import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import type { Driver } from '#core/ports/driver.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import { openReportScanner } from '../scanning/report-scanner.ts';
import { createCodeAssembler } from './codec.ts';
import { HID_POS_PROFILES, type HidPosProfileName } from './profiles.ts';

export interface HidPosScannerOptions {
  readonly profile: HidPosProfileName;
}

/** A scanner in HID-POS mode. Its line itself shows that it is there: a USB device that goes away ends it. */
export const hidPosScannerDriver: Driver<Scanner, HidPosScannerOptions> = {
  name: 'hid-pos-scanner',
  connect: async (context, { profile: name }) => {
    const profile: (typeof HID_POS_PROFILES)[HidPosProfileName] = HID_POS_PROFILES[name];
    const opened = await openReportScanner(context, createCodeAssembler(LIMITS.scanner.frameBytesMax), LIMITS.scanner.partsWithin);
    if (!opened.ok) return opened;
    const { link, session, sent, ready } = opened.value;
    if ('activation' in profile) {
      assert(link.features !== undefined, 'this driver is given a HID device');
      const activated = await link.features.send(profile.activation);
      if (!activated.ok) {
        await session.stop();
        return err(activated.error);
      }
      sent(profile.activation.length);
    }
    ready();
    return ok(session);
  },
};
