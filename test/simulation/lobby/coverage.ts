import { FULL_LOBBY_FAULTS, LOBBY_FAULTS, PRINT_FAULTS, ROOM_FAULTS } from './plan.ts';

/** What a long run of lobbies must have reached at least once, or it was blind there: every fault, every cut, every end of a sale, a payment and a paper. */
const MARKS: readonly string[] = [
  ...[...LOBBY_FAULTS, ...FULL_LOBBY_FAULTS, ...ROOM_FAULTS, ...PRINT_FAULTS].map((fault) => `fault ${fault}`),
  ...['kiosk', 'office'].flatMap((who) =>
    ['crash-before', 'crash-in-kept', 'crash-in-lost', 'crash-after', 'full', 'unknown-kept', 'unknown-lost'].map(
      (fault) => `${who} commit ${fault}`,
    ),
  ),
  ...['holdSeats', 'createOrder', 'startPayment', 'readPayment', 'cancelOrder', 'claimTickets', 'create', 'pay-code', 'query'].flatMap((call) =>
    ['before', 'after'].map((point) => `crash ${point} ${call}`),
  ),
  ...['confirmed', 'cancelled', 'refunded'].map((status) => `order ${status}`),
  ...['succeeded', 'failed', 'closed', 'refunded'].map((phase) => `attempt ${phase}`),
  ...['refused', 'cancelled', 'expired', 'paid', 'refunded'].map((ending) => `sale ${ending}`),
  ...['held', 'ordered', 'payment-started', 'payment-unknown', 'paid', 'cancelled', 'expired', 'delivered', 'stopped', 'refund-asked'].map(
    (step) => `step ${step}`,
  ),
  ...['started', 'printed', 'not-printed', 'uncertain'].map((outcome) => `job ${outcome}`),
  ...['pending', 'printed', 'uncertain'].map((state) => `print ${state}`),
  ...['session', 'not-now', 'unavailable', 'seats-lost'].map((reply) => `reply ${reply}`),
  'kiosk commit without room',
  'ballast given up',
  'ballast made again',
  'pays by qr',
  'pays by payment-code',
  'pays by member',
  'pays by card-terminal',
  'charge of a member given back',
  'terminal booked',
  'terminal booked back as asked',
  'terminal booked back by itself',
  'terminal asked about an old booking',
  'prints at the second printer',
  'staff say printed',
  'staff say not-printed',
  'staff reprint',
  'staff give money back',
  'guest collects',
  'guest forgets',
].map((mark) => `lobby ${mark}`);

export function missingLobbyMarks(reached: ReadonlyMap<string, number>): readonly string[] {
  return MARKS.filter((mark) => (reached.get(mark) ?? 0) === 0);
}
