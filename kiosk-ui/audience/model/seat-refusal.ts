import type { SeatPicture } from '#core/contract/box-office/programme.ts';
import type { SeatId } from '#core/contract/identifiers.ts';
import type { CallRefusal } from '../../agent/call.ts';
import type { Amount } from './prices.ts';

/** What the seat screen has to say about the last wish. Each is one banner with at most one button that puts it right. */
export type SeatNotice =
  | { readonly kind: 'gap'; readonly seats: readonly SeatId[]; readonly offer: readonly SeatId[] }
  | { readonly kind: 'lost'; readonly seats: readonly SeatId[]; readonly offer: readonly SeatId[] }
  | { readonly kind: 'couple'; readonly offer: readonly SeatId[] }
  | { readonly kind: 'limit'; readonly limit: number }
  | { readonly kind: 'none-left'; readonly count: number }
  | { readonly kind: 'price'; readonly from: Amount; readonly to: Amount }
  | { readonly kind: 'hold-gone' }
  | { readonly kind: 'sale-ended' }
  | { readonly kind: 'unavailable' };

export type ConfirmRefusal = CallRefusal<'confirmSeats'>;

/** What a refusal changes on the screen. */
export interface RefusalMeaning {
  readonly notice: SeatNotice | undefined;
  /** The seats as they are now, when the refusal carries them. */
  readonly picture?: SeatPicture;
  readonly lost: readonly SeatId[];
  /** The picture or the prices that this screen holds are not those of the box office. */
  readonly readAgain: boolean;
  /** The way out is on the map; otherwise it is where the guest stands. */
  readonly onMap: boolean;
}

const STAY = { lost: [], readAgain: false, onMap: false } as const;

/** The box office said no to "keep these seats". `shown` is the total that the guest saw. */
export function meaningOf(refusal: ConfirmRefusal, shown: Amount | undefined): RefusalMeaning {
  switch (refusal.code) {
    case 'seats-lost':
      return {
        ...STAY,
        notice: { kind: 'lost', seats: refusal.lost, offer: refusal.offer },
        picture: refusal.picture,
        lost: refusal.lost,
        onMap: true,
      };
    case 'single-gap':
      return { ...STAY, notice: { kind: 'gap', seats: refusal.stranded, offer: refusal.offer }, picture: refusal.picture, onMap: true };
    case 'couple-split':
      return { ...STAY, notice: { kind: 'couple', offer: refusal.offer }, picture: refusal.picture, onMap: true };
    case 'too-many-seats':
      return { ...STAY, notice: { kind: 'limit', limit: refusal.limit }, onMap: true };
    case 'price-changed':
      return { ...STAY, notice: { kind: 'price', from: shown ?? refusal.total, to: refusal.total }, readAgain: true };
    case 'sale-ended':
      return { ...STAY, notice: { kind: 'sale-ended' } };
    case 'hold-gone':
    case 'lines-differ-from-hold':
    case 'no-such-seat':
      return { ...STAY, notice: { kind: 'hold-gone' }, readAgain: true, onMap: true };
    case 'unavailable':
      return { ...STAY, notice: { kind: 'unavailable' } };
    case 'not-now':
      return { ...STAY, notice: undefined };
  }
}
