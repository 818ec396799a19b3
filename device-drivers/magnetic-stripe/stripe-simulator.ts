import type { CardReaderSimulator, ShownCard } from '../simulation/card-reader-simulator.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import { createHostLine } from '../simulation/host-line.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import { encodeReport, encodeStructure } from './codec.ts';
import type { Swipe } from './frame.ts';
import { STRIPE_PROFILES, type StripeProfile, type StripeProfileName } from './profiles.ts';

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'too-fast', label: { zh: '刷得太快，读不出', en: 'Swiped too fast to be read' }, kind: 'switch' },
  { name: 'half-swipe', label: { zh: '数据只到一半', en: 'Half of the data is lost' }, kind: 'switch' },
  { name: 'garbage', label: { zh: '发送一段乱码', en: 'Burst of garbage' }, kind: 'pulse' },
];

const NOISE = Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

/** A member's card of the demo, a test card of a payment scheme, and somebody's library card. */
const CARDS: Readonly<Record<ShownCard, Swipe>> = {
  member: { tracks: ['%MC8210046937512084?', ';8210046937512084?', ''], isDamaged: false, encodeType: 4 },
  payment: {
    tracks: ['%B4761739001010010^VISA ACQUIRER TEST CARD^22122011143800456000000?', ';4761739001010010=22122011143804400456?', ''],
    isDamaged: false,
    encodeType: 0,
  },
  unknown: { tracks: ['%LIBRARY/0042?', '', ''], isDamaged: false, encodeType: 4 },
};
/** As a reader that encrypts tells the same payment card (99875475, "masked track data"): first four, last four, the rest masked. */
const MASKED: Swipe = {
  tracks: ['%B4761000000000010^VISA ACQUIRER TEST CARD^2212000000000000000000?', ';4761000000000010=22120000000000000000?', ''],
  isDamaged: false,
  encodeType: 0,
};

/** A stripe reader on a cable, and a hand that pulls cards through it. */
export interface StripeSimulator extends CardReaderSimulator {
  /** Pulls any card through. */
  swipe(swipe: Swipe): void;
}

export function createStripeSimulator({ profile: name }: { readonly profile: StripeProfileName }): StripeSimulator {
  const profile: StripeProfile = STRIPE_PROFILES[name];
  const host = createHostLine();
  let reads = 0;
  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if (fault === 'unplugged' && on) host.pull();
    if (fault === 'garbage') host.write(NOISE);
  });

  const swipe = (card: Swipe): void => {
    if (!host.isConnected) return;
    reads += 1;
    const read = switches.isOn('too-fast') ? { ...card, tracks: ['', '', ''], isDamaged: true } : card;
    const bytes = profile.kind === 'report' ? encodeReport(read, profile) : encodeStructure(read);
    host.write(switches.isOn('half-swipe') ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes);
    switches.changed();
  };

  return {
    class: 'card-reader',
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (line) => (switches.isOn('unplugged') ? undefined : host.connect(line, () => ({ receive: () => undefined }))),
    show: (card) => swipe(card === 'payment' && profile.kind === 'report' && profile.masksPayments ? MASKED : CARDS[card]),
    swipe,
    reads: () => reads,
  };
}
