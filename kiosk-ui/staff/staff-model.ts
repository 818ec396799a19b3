import { type ReadonlySignal, signal } from '@preact/signals';
import { seconds } from '#core/base/time.ts';
import type { MoneyItem } from '#core/contract/box-office/money-view.ts';
import type { StaffOrder, StaffState } from '#core/contract/local/staff.ts';
import type { Agent } from '../agent/agent.ts';
import type { CallAnswer, CallInput } from '../agent/call.ts';
import { desk as words } from '../text/desk.ts';
import { failureWords } from './refusal-words.ts';
import { createStaffLine, type Notice } from './staff-line.ts';

/** A question in front of the page. `refundKey` is made once for each refund: a second tap, or the second person's PIN, is the same refund. */
export type Asking =
  | { readonly kind: 'resolve'; readonly item: MoneyItem }
  | { readonly kind: 'settle'; readonly orderId: string }
  | { readonly kind: 'settle-payment'; readonly item: MoneyItem }
  | { readonly kind: 'reprint'; readonly orderId: string; readonly ticketId: string }
  | { readonly kind: 'refund'; readonly orderId: string; readonly refundKey: string; readonly approve?: RefundReason }
  | { readonly kind: 'close' }
  | { readonly kind: 'release-locks'; readonly key: string };

export type RefundReason = CallInput<'refundOrder'>['body']['reason'];
type ReprintReason = CallInput<'reprintTicket'>['body']['reason'];
type ResolveWhy = CallInput<'resolvePrint'>['body']['why'];
type SettleWhy = CallInput<'settleOrder'>['body']['why'];
type PaymentFinding = CallInput<'settlePayment'>['body']['found'];
type CloseWhy = CallInput<'closeKiosk'>['body']['why'];

/** The staff's page without a screen. */
export interface StaffDesk {
  readonly state: ReadonlySignal<StaffState | undefined>;
  readonly now: ReadonlySignal<number>;
  readonly asking: ReadonlySignal<Asking | undefined>;
  readonly order: ReadonlySignal<StaffOrder | undefined>;
  readonly notice: ReadonlySignal<Notice | undefined>;
  /** No PIN is looked at here, until the notice has counted down. */
  readonly isLocked: ReadonlySignal<boolean>;
  readonly isBusy: ReadonlySignal<boolean>;
  ask(asking: Asking | undefined): void;
  signIn(pin: string): Promise<void>;
  signOut(): Promise<void>;
  touch(): void;
  look(orderId: string): Promise<void>;
  /** The search is open, with what is typed; undefined while it is not. */
  readonly query: ReadonlySignal<string | undefined>;
  type(text: string | undefined): void;
  find(): Promise<void>;
  /** Looks for the next code at the kiosk's scanner. */
  scan(): Promise<void>;
  leaveOrder(): void;
  resume(orderId: string): Promise<void>;
  resolve(ticketId: string, why: ResolveWhy): Promise<void>;
  settle(orderId: string, why: SettleWhy): Promise<void>;
  settlePayment(attemptKey: string, orderId: string, found: PaymentFinding): Promise<void>;
  reprint(orderId: string, ticketId: string, reason: ReprintReason): Promise<void>;
  refund(orderId: string, refundKey: string, reason: RefundReason, approval?: string): Promise<void>;
  powerCycled(printer: string): Promise<void>;
  setClosed(closed: boolean, why: CloseWhy): Promise<void>;
  releaseLocks(machine: string, key: string): Promise<void>;
  newKey(): string;
  close(): void;
}

/** A page that is touched says so no more often than this. */
const TOUCH_EVERY = seconds(5);

export interface StaffDeskOptions {
  readonly agent: Agent;
  readonly newKey: () => string;
  /** The page is nobody's any more. */
  readonly onSignedOut: () => void;
}

/** As long as any code that finds an order. */
const QUERY_LENGTH_MAX = 256;

export function createStaffDesk({ agent, newKey, onSignedOut }: StaffDeskOptions): StaffDesk {
  const asking = signal<Asking | undefined>(undefined);
  const order = signal<StaffOrder | undefined>(undefined);
  const query = signal<string | undefined>(undefined);
  const show = (found: StaffOrder): void => {
    order.value = found;
    query.value = undefined;
    forget();
  };
  const line = createStaffLine({ agent, onSignedOut, onScanned: (end) => (end.kind === 'found' ? show(end.order) : hear(end.refusal)) });
  const { state, isBusy, tell, forget, adopt, hear, run, follow } = line;
  let touchedAt = agent.clock.monotonic();

  const look = async (orderId: string): Promise<void> => {
    const answer = await agent.call('readStaffOrder', { params: { orderId } });
    if (answer.kind === 'done') order.value = answer.value.order;
    else if (answer.kind === 'refused') hear(answer.refusal);
    else tell(failureWords(answer), true);
  };

  return {
    ...line,
    asking,
    order,
    newKey,
    ask: (next) => {
      forget();
      asking.value = next;
    },
    signIn: async (pin) => {
      if (isBusy.value) return;
      isBusy.value = true;
      const answer = await agent.call('staffSignIn', { body: { pin } });
      isBusy.value = false;
      forget();
      if (answer.kind === 'done') adopt(answer.value.state);
      else if (answer.kind === 'refused') hear(answer.refusal);
      else tell(failureWords(answer), true);
    },
    signOut: async () => {
      const answer = await agent.call('staffSignOut');
      if (answer.kind === 'done') adopt(answer.value.state);
    },
    touch: () => {
      if (state.value?.staff == null || agent.clock.monotonic() - touchedAt < TOUCH_EVERY) return;
      touchedAt = agent.clock.monotonic();
      void follow(() => agent.call('staffStay'));
    },
    look,
    query,
    type: (text) => {
      forget();
      query.value = text?.slice(0, QUERY_LENGTH_MAX);
    },
    find: async () => {
      const code = query.value?.trim();
      if (!code || isBusy.value) return;
      isBusy.value = true;
      forget();
      const answer = await agent.call('findStaffOrder', { body: { code } });
      isBusy.value = false;
      if (answer.kind === 'done') show(answer.value.order);
      else if (answer.kind === 'refused') hear(answer.refusal);
      else tell(failureWords(answer), true);
    },
    scan: async () => {
      forget();
      const answer = await agent.call('awaitStaffScan');
      if (answer.kind === 'done') adopt(answer.value.state);
      else if (answer.kind === 'refused') hear(answer.refusal);
      else tell(failureWords(answer), true);
    },
    leaveOrder: () => {
      order.value = undefined;
    },
    resume: async (orderId) => {
      await run(() => agent.call('resumeOrder', { params: { orderId } }));
      order.value = undefined;
    },
    resolve: async (ticketId, why) => {
      asking.value = undefined;
      await run(() => agent.call('resolvePrint', { params: { ticketId }, body: { why } }));
    },
    settle: async (orderId, why) => {
      asking.value = undefined;
      await run(() => agent.call('settleOrder', { params: { orderId }, body: { why } }), words.noted);
    },
    settlePayment: async (attemptKey, orderId, found) => {
      asking.value = undefined;
      // What became of the order stands there at once: tickets to print, or money on its way back.
      if (await run(() => agent.call('settlePayment', { params: { attemptKey }, body: { found } }))) await look(orderId);
    },
    reprint: async (orderId, ticketId, reason) => {
      asking.value = undefined;
      await run(() => agent.call('reprintTicket', { params: { orderId }, body: { ticketId, reason } }));
    },
    refund: async (orderId, refundKey, reason, approval) => {
      asking.value = undefined;
      const body = { refundKey, reason, ...(approval === undefined ? {} : { approval }) };
      let needsApproval = false;
      await run(async () => {
        const answer = await agent.call('refundOrder', { params: { orderId }, body });
        needsApproval = isForTwo(answer);
        return answer;
      });
      if (needsApproval) asking.value = { kind: 'refund', orderId, refundKey, approve: reason };
      else if (order.value !== undefined) await look(orderId);
    },
    powerCycled: async (device) => {
      await run(() => agent.call('printerPowerCycled', { params: { device } }));
    },
    setClosed: async (closed, why) => {
      asking.value = undefined;
      await run(() => agent.call('closeKiosk', { body: { closed, why } }));
    },
    releaseLocks: async (machine, key) => {
      asking.value = undefined;
      await run(() => agent.call('releasePinLocks', { params: { machine }, body: { key } }));
    },
  };
}

/** The box office wants a second person, or it was not the right one: the same question stands again. */
function isForTwo(answer: CallAnswer<'refundOrder'>): boolean {
  if (answer.kind !== 'refused') return false;
  const { refusal } = answer;
  if (refusal.code === 'not-refunded') return refusal.refusal.code === 'needs-approval';
  return refusal.code === 'wrong-pin' || refusal.code === 'not-two-people';
}
