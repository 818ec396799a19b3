import type { StaffRight } from '../contract/local/staff.ts';
import type { StaffMember, StaffRole } from '../contract/local/usher.ts';

/**
 * Who may do what. A technician sees nothing of guests and their money, and prints no real ticket; a refund beyond the policy takes two people, one of them a duty
 * manager, and neither of them alone.
 */
const RIGHTS: Readonly<Record<StaffRole, readonly StaffRight[]>> = {
  usher: ['ticket.check', 'money.view', 'print.resolve', 'order.resume'],
  cashier: [
    'ticket.check',
    'money.view',
    'money.site',
    'print.resolve',
    'order.resume',
    'ticket.reprint',
    'order.refund',
    'refund.approve',
    'device.service',
  ],
  'duty-manager': [
    'ticket.check',
    'money.view',
    'money.site',
    'print.resolve',
    'order.resume',
    'ticket.reprint',
    'order.refund',
    'refund.approve',
    'device.service',
    'machine.close',
    'machine.command',
  ],
  technician: ['device.service', 'machine.close', 'machine.command'],
};

export const rightsOf = ({ role }: StaffMember): readonly StaffRight[] => RIGHTS[role];

export const may = (member: StaffMember, right: StaffRight): boolean => RIGHTS[member.role].includes(right);

/** Whether these two may agree to a refund beyond the policy: each has the right, they are two, and one of them answers for the house. */
export function mayApprove(asks: StaffMember, agrees: StaffMember): boolean {
  const isOneManager = asks.role === 'duty-manager' || agrees.role === 'duty-manager';
  return may(agrees, 'refund.approve') && agrees.name !== asks.name && isOneManager;
}
