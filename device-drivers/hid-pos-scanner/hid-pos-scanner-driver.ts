import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver } from '#core/ports/driver.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import { createScanSession } from '../scanning/scan-session.ts';
import { type AssemblerEvent, createCodeAssembler } from './codec.ts';
import { HID_POS_PROFILES, type HidPosProfileName } from './profiles.ts';

export interface HidPosScannerOptions {
  readonly profile: HidPosProfileName;
}

/** A scanner in HID-POS mode. Its line itself shows that it is there: a USB device that goes away ends it. */
export const hidPosScannerDriver: Driver<Scanner, HidPosScannerOptions> = {
  name: 'hid-pos-scanner',
  connect: async (context, { profile: name }) => {
    const profile: (typeof HID_POS_PROFILES)[HidPosProfileName] = HID_POS_PROFILES[name];
    const scans = createScanSession(context);
    const assembler = createCodeAssembler(LIMITS.scanner.frameBytesMax);
    let missing: Timer | undefined;

    const handle = (event: AssemblerEvent): void => {
      switch (event.kind) {
        case 'begun':
          scans.firstByte();
          return;
        case 'code':
          scans.code(event.data, event.symbology);
          return;
        case 'overlong':
          scans.damagedCode(event.head);
          return;
        case 'garbage':
          scans.garbage();
          return;
      }
    };

    const opened = await context.transport.open({
      bytes: (report) => {
        if (!scans.isLive) return;
        scans.heard(report.length);
        for (const event of assembler.push(report)) handle(event);
        missing?.cancel();
        if (!assembler.isInCode) return;
        missing = context.timers.after(LIMITS.scanner.partsWithin, () => {
          for (const event of assembler.idle()) handle(event);
        });
      },
      closed: (fault) => {
        missing?.cancel();
        scans.closed(fault);
      },
    });
    if (!opened.ok) return err(opened.error);
    const link = opened.value;
    const stop = async (): Promise<void> => {
      missing?.cancel();
      scans.silence();
      await link.close();
    };
    if ('activation' in profile) {
      assert(link.features !== undefined, 'this driver is given a HID device');
      const activated = await link.features.send(profile.activation);
      if (!activated.ok) {
        await stop();
        return err(activated.error);
      }
      scans.sent(profile.activation.length);
    }
    scans.ready();
    const session: DeviceSession<Scanner> = { port: scans.port, counters: scans.counters, ended: scans.ended, stop };
    return ok(session);
  },
};
