import { z } from 'zod';
import { Verdict } from '../admission.ts';
import { Programme, ShowSeats, Site, TicketTypeId } from '../box-office/programme.ts';
import { HoldRefusal, LookupRefusal, MemberCardCode, OrderRefusal, PaymentMethod, ProviderId } from '../box-office/sales.ts';
import { endpoint } from '../endpoint.ts';
import { DeviceId, EventId, IdempotencyKey, MachineId, OrderId, SeatId, ShowId, TicketId } from '../identifiers.ts';
import { MoneyAmount } from '../values.ts';
import { benchApi } from './bench-api.ts';
import { Flow, KioskSession } from './kiosk.ts';
import {
  CloseOrder,
  FindStaffOrder,
  ReleaseLocks,
  ReprintOrder,
  ResolveOrder,
  SettleOrder,
  SettlePayment,
  StaffOrder,
  StaffRefund,
  StaffRefusal,
  StaffSignIn,
  StaffState,
} from './staff.ts';
import { DeviceTestResult, LineTrace, TechnicianState } from './technician.ts';
import { OverrideRequest, Pin, ScanRequest, SearchAnswer, SearchRequest, SignInRefusal, UsherRefusal, UsherState } from './usher.ts';

/** The agent as its own screens see it: same origin, this machine only. */

/** A command came at a moment when it means nothing (a double tap, a stale screen). The answer carries the truth. */
export const NotNow = z.strictObject({ code: z.literal('not-now'), session: KioskSession });
/** The box office or a device that the command needs is away; nothing was changed. */
export const Unavailable = z.strictObject({ code: z.literal('unavailable'), lost: z.string() });

const session = z.strictObject({ session: KioskSession });
const device = z.strictObject({ device: DeviceId });
const usher = z.strictObject({ state: UsherState });
const staff = z.strictObject({ state: StaffState });
const order = z.strictObject({ orderId: OrderId });

export const localApi = {
  readLobby: endpoint({
    method: 'GET',
    path: '/api/lobby',
    summary: 'What this machine is',
    answers: {
      200: z.strictObject({
        site: Site.nullable(),
        machine: MachineId,
        roles: z.array(z.enum(['kiosk', 'gate', 'box-office'])),
        /** `gate`: the device that opens. */
        lanes: z.array(z.strictObject({ id: z.string(), name: z.string(), gate: z.string() })),
        simulated: z.boolean(),
        flows: z.array(Flow),
        /** Pixels in a millimetre of the kiosk's display. */
        pixelsPerMm: z.number(),
      }),
    },
  }),
  readProgramme: endpoint({ method: 'GET', path: '/api/programme', summary: 'Films and shows', answers: { 200: Programme, 409: Unavailable } }),
  readShowSeats: endpoint({
    method: 'GET',
    path: '/api/shows/:showId/seats',
    summary: 'Plan, prices and seats of one show',
    params: z.strictObject({ showId: ShowId }),
    answers: { 200: ShowSeats, 409: Unavailable },
  }),
  readSession: endpoint({ method: 'GET', path: '/api/kiosk/session', summary: "The guest's session", answers: { 200: session } }),
  confirmSeats: endpoint({
    method: 'POST',
    path: '/api/kiosk/seats',
    summary: 'Hold these seats and make the order: to the review screen',
    body: z.strictObject({
      showId: ShowId,
      seats: z
        .array(z.strictObject({ seatId: SeatId, ticketType: TicketTypeId }))
        .min(1)
        .max(20),
      submitTotal: MoneyAmount,
    }),
    answers: { 200: session, 409: z.union([HoldRefusal, OrderRefusal, NotNow, Unavailable]) },
  }),
  pay: endpoint({
    method: 'POST',
    path: '/api/kiosk/pay',
    summary: 'Begin (or begin again) to pay: to the ways to pay, or straight on where there is only one',
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  choosePayment: endpoint({
    method: 'POST',
    path: '/api/kiosk/payment',
    summary: 'Take one of the ways to pay that are offered',
    body: z.strictObject({ method: PaymentMethod, provider: ProviderId.optional() }),
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  leavePayment: endpoint({
    method: 'POST',
    path: '/api/kiosk/payment/back',
    summary: 'From a way to pay back to the choice, from the choice back to the review; nothing was begun yet',
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  giveMemberCard: endpoint({
    method: 'POST',
    path: '/api/kiosk/member/card',
    summary: "A member's card whose number was typed; a scanned one comes by the scanner",
    body: z.strictObject({ card: MemberCardCode }),
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  giveMemberPin: endpoint({
    method: 'POST',
    path: '/api/kiosk/member/pin',
    summary: "The card's PIN: the balance is read, nothing is taken",
    body: z.strictObject({ pin: z.string().regex(/^\d{4,8}$/, 'a PIN is 4 to 8 digits') }),
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  confirmMember: endpoint({
    method: 'POST',
    path: '/api/kiosk/member/confirm',
    summary: 'Take the amount from the balance that is shown',
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  /** From review or payment; seats are released, an open payment is closed first. */
  cancel: endpoint({
    method: 'POST',
    path: '/api/kiosk/cancel',
    summary: 'Give up before paying',
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  lookUp: endpoint({
    method: 'POST',
    path: '/api/kiosk/collect',
    summary: 'Find an order by a typed code',
    body: z.strictObject({ code: z.string().min(1).max(256) }),
    answers: { 200: session, 409: z.union([LookupRefusal, NotNow, Unavailable]) },
  }),
  print: endpoint({
    method: 'POST',
    path: '/api/kiosk/print',
    summary: 'Print what was found (all that is pending when no ticket is named)',
    body: z.strictObject({ ticketIds: z.array(TicketId).max(20).optional() }),
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  resume: endpoint({
    method: 'POST',
    path: '/api/kiosk/resume',
    summary: 'Go on printing after a stop',
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  claimSlip: endpoint({
    method: 'POST',
    path: '/api/kiosk/claim-slip',
    summary: 'Print the claim slip of an order whose printing has stopped, where none came by itself',
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  receipt: endpoint({
    method: 'POST',
    path: '/api/kiosk/receipt',
    summary: 'Print the receipt of the order that was just printed, once',
    answers: { 200: session, 409: z.union([NotNow, Unavailable]) },
  }),
  /** Done, claim and stop screens; also what idle time calls. Never gives up money or tickets: what is open goes on without the guest. */
  leave: endpoint({ method: 'POST', path: '/api/kiosk/leave', summary: 'The guest is gone', answers: { 200: session } }),
  readTechnician: endpoint({ method: 'GET', path: '/api/technician', summary: 'State of the machine', answers: { 200: TechnicianState } }),
  testDevice: endpoint({
    method: 'POST',
    path: '/api/technician/devices/:device/test',
    summary: 'Print a page marked VOID, or release the barrier once; written into the audit',
    params: device,
    answers: { 200: DeviceTestResult },
  }),
  readTrace: endpoint({
    method: 'GET',
    path: '/api/technician/devices/:device/trace',
    summary: 'What the line of a device carried last; secrets are hidden',
    params: device,
    answers: { 200: LineTrace },
  }),
  assignDevice: endpoint({
    method: 'POST',
    path: '/api/technician/devices/:device/assign',
    summary: 'Say which plugged-in thing a device is, or leave it to the configuration again; kept, and written into the audit',
    params: device,
    body: z.strictObject({ path: z.string().min(1).max(256).nullable() }),
    answers: { 200: DeviceTestResult },
  }),
  readUsher: endpoint({ method: 'GET', path: '/api/usher', summary: "The usher's page", answers: { 200: usher } }),
  /** The session is a cookie that scripts cannot read. */
  signIn: endpoint({
    method: 'POST',
    path: '/api/usher/sign-in',
    summary: 'A member of staff takes the page over',
    body: z.strictObject({ pin: Pin }),
    answers: { 200: usher, 409: SignInRefusal },
  }),
  signOut: endpoint({ method: 'POST', path: '/api/usher/sign-out', summary: "The page is nobody's again", answers: { 200: usher } }),
  checkTicket: endpoint({
    method: 'POST',
    path: '/api/usher/scans',
    summary: 'Check a code by hand; an admission counts as passed at once, because the usher sees the guest go in',
    body: ScanRequest,
    answers: { 200: z.strictObject({ verdict: Verdict, state: UsherState }), 409: UsherRefusal },
  }),
  searchTickets: endpoint({
    method: 'POST',
    path: '/api/usher/search',
    summary: 'Find tickets by ticket number, order number or code',
    body: SearchRequest,
    answers: { 200: SearchAnswer, 409: UsherRefusal },
  }),
  overrideRefusal: endpoint({
    method: 'POST',
    path: '/api/usher/overrides',
    summary: 'Let a guest in against the rules, with a reason and a PIN; written into the audit',
    body: OverrideRequest,
    answers: { 200: z.strictObject({ verdict: Verdict, state: UsherState }), 409: UsherRefusal },
  }),
  undoAdmission: endpoint({
    method: 'POST',
    path: '/api/usher/scans/:scanId/undo',
    summary: 'Nobody went in after all: the ticket is good again',
    params: z.strictObject({ scanId: EventId }),
    answers: { 200: usher, 409: UsherRefusal },
  }),
  markConflictSeen: endpoint({
    method: 'POST',
    path: '/api/usher/conflicts/:ticketId/seen',
    summary: 'Somebody has looked at a conflict',
    params: z.strictObject({ ticketId: TicketId }),
    answers: { 200: usher, 409: UsherRefusal },
  }),
  /** Asked every few seconds; it prolongs no session. */
  readStaff: endpoint({ method: 'GET', path: '/api/staff', summary: "The staff's page", answers: { 200: staff } }),
  staffSignIn: endpoint({
    method: 'POST',
    path: '/api/staff/sign-in',
    summary: 'A member of staff takes the page over, until a minute without a touch',
    body: StaffSignIn,
    answers: { 200: staff, 409: SignInRefusal },
  }),
  staffSignOut: endpoint({ method: 'POST', path: '/api/staff/sign-out', summary: "The page is nobody's again", answers: { 200: staff } }),
  staffStay: endpoint({ method: 'POST', path: '/api/staff/stay', summary: 'Somebody touches the page', answers: { 200: staff } }),
  readStaffOrder: endpoint({
    method: 'GET',
    path: '/api/staff/orders/:orderId',
    summary: 'One order with its tickets',
    params: order,
    answers: { 200: z.strictObject({ order: StaffOrder }), 409: StaffRefusal },
  }),
  findStaffOrder: endpoint({
    method: 'POST',
    path: '/api/staff/orders/find',
    summary: 'One order by its number, a ticket number or its pick-up code, typed or read by a scanner',
    body: FindStaffOrder,
    answers: { 200: z.strictObject({ order: StaffOrder }), 409: StaffRefusal },
  }),
  awaitStaffScan: endpoint({
    method: 'POST',
    path: '/api/staff/orders/scan',
    summary: "The next code at the kiosk's scanner is looked for; the state tells what was found",
    answers: { 200: staff, 409: StaffRefusal },
  }),
  resolvePrint: endpoint({
    method: 'POST',
    path: '/api/staff/tickets/:ticketId/resolve',
    summary: 'Whether a ticket that may be on paper is, by what somebody found',
    params: z.strictObject({ ticketId: TicketId }),
    body: ResolveOrder,
    answers: { 200: staff, 409: StaffRefusal },
  }),
  settleOrder: endpoint({
    method: 'POST',
    path: '/api/staff/orders/:orderId/settle',
    summary: 'What became of the money of an order that the box office does not know any more, by what somebody found',
    params: order,
    body: SettleOrder,
    answers: { 200: staff, 409: StaffRefusal },
  }),
  settlePayment: endpoint({
    method: 'POST',
    path: '/api/staff/payments/:attemptKey/settle',
    summary: 'How a payment at a card terminal stands that the machines have left to a person, by what somebody found',
    params: z.strictObject({ attemptKey: IdempotencyKey }),
    body: SettlePayment,
    answers: { 200: staff, 409: StaffRefusal },
  }),
  resumeOrder: endpoint({
    method: 'POST',
    path: '/api/staff/orders/:orderId/resume',
    summary: 'Print here what of the order is still to be printed',
    params: order,
    answers: { 200: staff, 409: StaffRefusal },
  }),
  reprintTicket: endpoint({
    method: 'POST',
    path: '/api/staff/orders/:orderId/reprint',
    summary: 'Print one printed ticket again, marked; the state tells how it ended',
    params: order,
    body: ReprintOrder,
    answers: { 200: staff, 409: StaffRefusal },
  }),
  refundOrder: endpoint({
    method: 'POST',
    path: '/api/staff/orders/:orderId/refund',
    summary: 'Give the money back; beyond the policy with the PIN of a second person',
    params: order,
    body: StaffRefund,
    answers: { 200: staff, 409: StaffRefusal },
  }),
  printerPowerCycled: endpoint({
    method: 'POST',
    path: '/api/staff/printers/:device/power-cycled',
    summary: 'The printer was switched off and on: it holds nothing of an interrupted print',
    params: device,
    answers: { 200: staff, 409: StaffRefusal },
  }),
  closeKiosk: endpoint({
    method: 'POST',
    path: '/api/staff/closed',
    summary: 'Take the kiosk out of service, or back',
    body: CloseOrder,
    answers: { 200: staff, 409: StaffRefusal },
  }),
  releasePinLocks: endpoint({
    method: 'POST',
    path: '/api/staff/machines/:machine/pin-locks/release',
    summary: 'Have a machine take back its locks after wrong PINs; the state tells what became of it',
    params: z.strictObject({ machine: MachineId }),
    body: ReleaseLocks,
    answers: { 200: staff, 409: StaffRefusal },
  }),
  ...benchApi,
} as const;

/** A picture of one piece of paper: `/api/bench/printers/:device/papers/:number.png`. Posters: `/api/posters/:filmId.svg`. Both are plain GETs. */
export const paperPicturePath = (deviceId: DeviceId, number: number): string => `/api/bench/printers/${deviceId}/papers/${number}.png`;
export const posterPath = (filmId: string): string => `/api/posters/${filmId}.svg`;
