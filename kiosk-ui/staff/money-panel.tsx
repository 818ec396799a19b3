import type { MoneyItem } from '#core/contract/box-office/money-view.ts';
import type { StaffState } from '#core/contract/local/staff.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { spanWords } from '../technician/time-words.ts';
import { desk as words } from '../text/desk.ts';
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
    </section>
  );
}

function MoneyRow({ desk, state, item }: PanelProps & { readonly item: MoneyItem }) {
  const span = spanWords(desk.now.value - Date.parse(item.since));
  const [row, number] = item.seat?.split('-') ?? [];
  return (
    <li class="desk-row" data-tone={TONE[item.kind]}>
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
      <p class="desk-small">{say(nextWords(item, state.timeZone))}</p>
      <Actions desk={desk} state={state} item={item} />
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

function nextWords({ kind, next: { step, at } }: MoneyItem, timeZone: string | undefined): BothLanguages {
  if (kind === 'order-unknown') return money.next(money.lookForMoney.zh, money.lookForMoney.en);
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
