import type { localApi } from '#core/contract/local/api.ts';

/** The contract's table, as a type only: the schemas (and their library) stay out of the page. */
export type LocalApi = typeof localApi;
export type CallName = keyof LocalApi;

/** Method and path of every call. The compiler compares each row with the contract, so that neither a missing row nor a wrong path can be built. */
export const ROUTES: { readonly [Name in CallName]: readonly [LocalApi[Name]['method'], LocalApi[Name]['path']] } = {
  readLobby: ['GET', '/api/lobby'],
  readProgramme: ['GET', '/api/programme'],
  readShowSeats: ['GET', '/api/shows/:showId/seats'],
  readSession: ['GET', '/api/kiosk/session'],
  confirmSeats: ['POST', '/api/kiosk/seats'],
  pay: ['POST', '/api/kiosk/pay'],
  choosePayment: ['POST', '/api/kiosk/payment'],
  leavePayment: ['POST', '/api/kiosk/payment/back'],
  giveMemberCard: ['POST', '/api/kiosk/member/card'],
  giveMemberPin: ['POST', '/api/kiosk/member/pin'],
  confirmMember: ['POST', '/api/kiosk/member/confirm'],
  cancel: ['POST', '/api/kiosk/cancel'],
  lookUp: ['POST', '/api/kiosk/collect'],
  print: ['POST', '/api/kiosk/print'],
  resume: ['POST', '/api/kiosk/resume'],
  claimSlip: ['POST', '/api/kiosk/claim-slip'],
  receipt: ['POST', '/api/kiosk/receipt'],
  leave: ['POST', '/api/kiosk/leave'],
  readTechnician: ['GET', '/api/technician'],
  testDevice: ['POST', '/api/technician/devices/:device/test'],
  readTrace: ['GET', '/api/technician/devices/:device/trace'],
  assignDevice: ['POST', '/api/technician/devices/:device/assign'],
  readUsher: ['GET', '/api/usher'],
  signIn: ['POST', '/api/usher/sign-in'],
  signOut: ['POST', '/api/usher/sign-out'],
  checkTicket: ['POST', '/api/usher/scans'],
  searchTickets: ['POST', '/api/usher/search'],
  overrideRefusal: ['POST', '/api/usher/overrides'],
  undoAdmission: ['POST', '/api/usher/scans/:scanId/undo'],
  markConflictSeen: ['POST', '/api/usher/conflicts/:ticketId/seen'],
  readStaff: ['GET', '/api/staff'],
  staffSignIn: ['POST', '/api/staff/sign-in'],
  staffSignOut: ['POST', '/api/staff/sign-out'],
  staffStay: ['POST', '/api/staff/stay'],
  readStaffOrder: ['GET', '/api/staff/orders/:orderId'],
  findStaffOrder: ['POST', '/api/staff/orders/find'],
  awaitStaffScan: ['POST', '/api/staff/orders/scan'],
  resolvePrint: ['POST', '/api/staff/tickets/:ticketId/resolve'],
  settleOrder: ['POST', '/api/staff/orders/:orderId/settle'],
  settlePayment: ['POST', '/api/staff/payments/:attemptKey/settle'],
  resumeOrder: ['POST', '/api/staff/orders/:orderId/resume'],
  reprintTicket: ['POST', '/api/staff/orders/:orderId/reprint'],
  refundOrder: ['POST', '/api/staff/orders/:orderId/refund'],
  printerPowerCycled: ['POST', '/api/staff/printers/:device/power-cycled'],
  closeKiosk: ['POST', '/api/staff/closed'],
  releasePinLocks: ['POST', '/api/staff/machines/:machine/pin-locks/release'],
  readBench: ['GET', '/api/bench'],
  present: ['POST', '/api/bench/scanners/:device/present'],
  setFault: ['POST', '/api/bench/devices/:device/faults'],
  setPerson: ['POST', '/api/bench/gates/:device/person'],
  showCard: ['POST', '/api/bench/card-readers/:device/card'],
  presentCard: ['POST', '/api/bench/terminals/:device/card'],
  refillPaper: ['POST', '/api/bench/printers/:device/refill'],
  tearOff: ['POST', '/api/bench/printers/:device/tear-off'],
  takePaper: ['POST', '/api/bench/printers/:device/take'],
  setNetwork: ['POST', '/api/bench/network'],
};

/** Plain pictures of the agent. The contract has the same two functions; they are repeated because its file holds the schemas. */
export const posterPath = (filmId: string): string => `/api/posters/${filmId}.svg`;
export const paperPicturePath = (deviceId: string, number: number): string => `/api/bench/printers/${deviceId}/papers/${number}.png`;
