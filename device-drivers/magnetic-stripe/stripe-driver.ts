import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { isPaymentCard } from '#core/base/payment-card.ts';
import { err, ok } from '#core/base/result.ts';
import type { CardRead, CardReader } from '#core/ports/card-reader.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver } from '#core/ports/driver.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import { createStructureFramer, parseSwipe } from './codec.ts';
import { ENCODE_TYPE, type Swipe } from './frame.ts';
import { STRIPE_PROFILES, type StripeProfile, type StripeProfileName } from './profiles.ts';

export interface StripeOptions {
  readonly profile: StripeProfileName;
}

/**
 * A reader of magnetic stripes, for members' cards. A payment card ends here: nothing of it is kept, logged or passed on, and the lobby hears only that one was
 * there. What arrived is wiped when it has been looked at, whosever card it was.
 */
export const stripeDriver: Driver<CardReader, StripeOptions> = {
  name: 'magnetic-stripe',
  connect: async ({ clock, timers, onHealth, transport }, { profile: name }) => {
    const profile: StripeProfile = STRIPE_PROFILES[name];
    const framer = createStructureFramer(LIMITS.stripe.structureBytesMax);
    const counted = { ...NO_TRAFFIC, opened: 1 };
    let listen: ((read: CardRead) => void) | undefined;
    let quiet: Timer | undefined;
    let isLive = true;
    let end: (fault: Fault | undefined) => void = () => undefined;
    const ended = new Promise<Fault | undefined>((resolve) => {
      end = resolve;
    });
    const silence = (): void => {
      isLive = false;
      quiet?.cancel();
      framer.idle();
    };

    const swiped = (swipe: Swipe): void => {
      counted.framesIn += 1;
      const read = judge(swipe, profile.kind === 'report' && profile.masksPayments);
      if (listen === undefined) counted.suppressed += 1;
      else listen({ ...read, at: clock.monotonic() });
    };

    const takeReport = (report: Uint8Array, layout: Extract<StripeProfile, { kind: 'report' }>): void => {
      const swipe = parseSwipe(report, layout);
      if (swipe === undefined) counted.garbage += 1;
      else swiped(swipe);
    };

    const takeStream = (chunk: Uint8Array): void => {
      for (const event of framer.push(chunk)) {
        if (event.kind === 'swipe') swiped(event.swipe);
        else counted.garbage += 1;
      }
      quiet?.cancel();
      if (!framer.isInFrame) return;
      quiet = timers.after(LIMITS.stripe.unterminatedAfter, () => {
        counted.garbage += framer.idle().length;
      });
    };

    const opened = await transport.open({
      bytes: (bytes) => {
        if (!isLive) return;
        counted.bytesIn += bytes.length;
        if (profile.kind === 'report') takeReport(bytes, profile);
        else takeStream(bytes);
        bytes.fill(0);
      },
      closed: (fault) => {
        silence();
        end(fault);
      },
    });
    if (!opened.ok) return err(opened.error);
    // It says nothing until a card is swiped: an open line is all there is to know.
    onHealth({ kind: 'ready', reasons: [] });
    const session: DeviceSession<CardReader> = {
      port: {
        onCard: (next) => {
          listen = next;
        },
      },
      counters: () => ({ ...counted }),
      ended,
      stop: async () => {
        silence();
        await opened.value.close();
      },
    };
    return ok(session);
  },
};

type Judged =
  | { readonly kind: 'stripe'; readonly tracks: readonly string[] }
  | { readonly kind: 'payment-card-refused' }
  | { readonly kind: 'unreadable' };

/** A payment card is refused before anything else, also one of which only half could be read. */
function judge({ tracks, isDamaged, encodeType }: Swipe, masksPayments: boolean): Judged {
  if (isPaymentCard(tracks) || (masksPayments && encodeType === ENCODE_TYPE.financial)) return { kind: 'payment-card-refused' };
  if (isDamaged || tracks.every((track) => track === '')) return { kind: 'unreadable' };
  return { kind: 'stripe', tracks };
}
