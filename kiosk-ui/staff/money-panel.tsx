import type { MoneyItem } from '#core/contract/box-office/money-view.ts';
import type { NotedOrder, StaffState } from '#core/contract/local/staff.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { spanWords } from '../technician/time-words.ts';
import { SETTLE_WHY, desk as words } from '../text/desk.ts';
import { formatMoney, formatTime } from '../text/format.ts';
import { say } from '../text/language.ts';
import { MONEY_KIND, MONEY_STEP, money } from '../text/money.ts';
import { shared } from '../text/shared.ts';
import type { StaffDesk } from './staff-model.ts';

interface PanelProps {
  readonly desk: StaffDesk;
  readonly state: StaffState;
}

/** What is open, worst first: how long, what happens next by itself, and what whoever is signed in may do about it. */
export function MoneyPanel({ desk, state }: PanelProps) {
  const read = state.money;
  return (
    <section class="card desk-card" aria-labelledby="money-title">
      <h2 id="money-title">
        {say(money.title)} {read && read.view.items.length > 0 && <span class="chip">{say(money.open(String(read.view.items.length)))}</span>}
      </h2>
      {read === null ? (
        <p class="soft">{say(state.rights.includes('money.view') ? money.unread : words.noMoneyRight)}</p>
      ) : (
        <>
          {read.stale && (
            <p class="desk-notice" data-bad="" role="status">
              {say(money.stale)}
            </p>
          )}
          {read.view.items.length === 0 && <p>{say(money.empty)}</p>}
          <ul class="desk-list">
            {read.view.items.map((item) => (
              <MoneyRow key={`${item.kind} ${item.reference}`} desk={desk} state={state} item={item} />
            ))}
          </ul>
          {read.view.more && <p>{say(money.more)}</p>}
        </>
      )}
      <UnlistedNotes state={state} />
    </section>
  );
}

/** What was said here of orders that the list does not show, because the box office has not been heard since. */
function UnlistedNotes({ state }: Pick<PanelProps, 'state'>) {
  const listed = new Set(state.money?.view.items.map(({ orderId }) => orderId));
  const unlisted = state.noted.filter(({ orderId }) => !listed.has(orderId));
  if (unlisted.length === 0) return null;
  return (
    <ul class="desk-list">
      {unlisted.map((note) => (
        <li key={note.orderId} class="desk-row" data-tone="quiet">
          <p class="desk-row-head">
            <strong>{say(MONEY_KIND['order-unknown'])}</strong>
          </p>
          <p class="soft desk-small">
            <span class="numeric">{note.orderId}</span>
          </p>
          <Noted note={note} timeZone={state.timeZone} />
        </li>
      ))}
    </ul>
  );
}

function Noted({ note, timeZone }: { readonly note: NotedOrder; readonly timeZone: string | undefined }) {
  const found = SETTLE_WHY[note.why];
  const at = timeZone === undefined ? '' : formatTime(note.at, timeZone);
  return (
    <p class="desk-small">
      <strong>{say(money.noted(note.by, at, found.zh, found.en))}</strong> {say(money.notedMore)}
    </p>
  );
}

function MoneyRow({ desk, state, item }: PanelProps & { readonly item: MoneyItem }) {
  const span = spanWords(desk.now.value - Date.parse(item.since));
  const [row, number] = item.seat?.split('-') ?? [];
  const note = item.kind === 'order-unknown' ? state.noted.find(({ orderId }) => orderId === item.orderId) : undefined;
  return (
    <li class="desk-row" data-tone={note === undefined ? TONE[item.kind] : 'quiet'}>
      <p class="desk-row-head">
        <strong>{say(MONEY_KIND[item.kind])}</strong>
        {row !== undefined && number !== undefined && <span>{say(shared.seat(row, number))}</span>}
        {item.amount && <span class="numeric">{formatMoney(item.amount)}</span>}
        <span class="numeric">{say(money.since(span.zh, span.en))}</span>
      </p>
      <p class="soft desk-small">
        {item.machine} · <span class="numeric">{item.orderId}</span>
        {item.reference !== item.orderId && (
          <>
            {' · '}
            <span class="numeric">{item.reference}</span>
          </>
        )}
      </p>
      {note === undefined ? (
        <>
          <p class="desk-small">{say(nextWords(item, state.timeZone))}</p>
          <Actions desk={desk} state={state} item={item} />
        </>
      ) : (
        <Noted note={note} timeZone={state.timeZone} />
      )}
    </li>
  );
}

const TONE: Readonly<Record<MoneyItem['kind'], 'bad' | 'warn' | 'quiet'>> = {
  'print-uncertain': 'bad',
  'taken-back': 'bad',
  'order-unknown': 'bad',
  'payment-needs-person': 'bad',
  'refund-needs-person': 'bad',
  'paid-not-printed': 'bad',
  'payment-unknown': 'warn',
  'terminal-reversal': 'warn',
  'refund-in-flight': 'quiet',
  'print-claimed': 'quiet',
};

/** What a person has to look for before she can say what she found. */
const TO_LOOK_FOR: Readonly<Partial<Record<string, BothLanguages>>> = {
  'order-unknown': money.lookForMoney,
  booked: money.lookInJournal,
  'given-back': money.giveBack,
  'guest-paid': money.askGuest,
};

function nextWords({ kind, payment, next: { step, at } }: MoneyItem, timeZone: string | undefined): BothLanguages {
  const asked = TO_LOOK_FOR[payment?.findings[0] ?? (kind === 'order-unknown' ? kind : 'nothing')];
  if (asked !== undefined) return money.next(asked.zh, asked.en);
  const { zh, en } = MONEY_STEP[step];
  const said = at === undefined || timeZone === undefined ? { zh, en } : money.at(zh, en, formatTime(at, timeZone));
  return money.next(said.zh, said.en);
}

function Actions({ desk, state, item }: PanelProps & { readonly item: MoneyItem }) {
  const { rights, kiosk } = state;
  const has = (action: MoneyItem['actions'][number]): boolean => item.actions.includes(action);
  const mayResolve = has('resolve-print') && rights.includes('print.resolve');
  const mayResume = has('resume') && rights.includes('order.resume') && kiosk !== null;
  const isKnown = item.kind !== 'order-unknown';
  const maySettle = !isKnown && rights.includes('order.refund');
  const maySettlePayment = (item.payment?.findings.length ?? 0) > 0 && rights.includes('order.refund');
  const mayRefund = (has('refund') || has('refund-approved')) && rights.includes('order.refund');
  return (
    <div class="desk-buttons">
      {mayResolve && (
        <button type="button" class="button" disabled={desk.isBusy.value} onClick={() => desk.ask({ kind: 'resolve', item })}>
          {say(words.resolve)}
        </button>
      )}
      {maySettle && (
        <button type="button" class="button" disabled={desk.isBusy.value} onClick={() => desk.ask({ kind: 'settle', orderId: item.orderId })}>
          {say(words.settle)}
        </button>
      )}
      {maySettlePayment && (
        <button type="button" class="button" disabled={desk.isBusy.value} onClick={() => desk.ask({ kind: 'settle-payment', item })}>
          {say(words.settle)}
        </button>
      )}
      {mayResume && (
        <button type="button" class="button" disabled={desk.isBusy.value} onClick={() => void desk.resume(item.orderId)}>
          {say(words.resume)}
        </button>
      )}
      {mayRefund && (
        <button
          type="button"
          class="button"
          disabled={desk.isBusy.value}
          onClick={() => desk.ask({ kind: 'refund', orderId: item.orderId, refundKey: desk.newKey() })}
        >
          {say(words.refund)}
        </button>
      )}
      {isKnown && rights.includes('order.resume') && (
        <button type="button" class="button button-quiet" onClick={() => void desk.look(item.orderId)}>
          {say(words.see)}
        </button>
      )}
    </div>
  );
}
