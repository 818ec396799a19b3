import type { Show, TicketTypeId } from '#core/contract/box-office/programme.ts';

/** As the gates have it: a child goes in after a grown-up of its own order. Where there is none, a person has to let it in. */
const GROWN_UPS: readonly TicketTypeId[] = ['adult', 'senior'];

/** The gate will keep these guests' children out until somebody of the staff comes: to be said before the order is paid for. */
export function lacksGrownUp({ escortChildren }: Pick<Show, 'escortChildren'>, types: readonly TicketTypeId[]): boolean {
  return escortChildren === true && types.includes('child') && !types.some((type) => GROWN_UPS.includes(type));
}
