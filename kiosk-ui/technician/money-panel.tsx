import type { TechnicianState } from '#core/contract/local/technician.ts';
import { formatTime } from '../text/format.ts';
import { say } from '../text/language.ts';
import { MONEY_KIND, MONEY_STEP, money } from '../text/money.ts';
import { spanWords } from './time-words.ts';

interface MoneyPanelProps {
  readonly state: TechnicianState;
  readonly now: number;
  readonly timeZone: string | undefined;
}

/** What is open of the site's money and paper: what, where, how long and what happens next. Nothing of a guest, and nothing to press: acting needs a PIN. */
export function MoneyPanel({ state: { money: read }, now, timeZone }: MoneyPanelProps) {
  if (read === undefined) return null;
  return (
    <section class="card money-panel" aria-labelledby="money-title">
      <h2 id="money-title">{say(money.title)}</h2>
      {read.stale && <p role="status">{say(money.stale)}</p>}
      {read.items.length === 0 ? (
        <p class="staff-quiet">{say(money.empty)}</p>
      ) : (
        <>
          <ul class="money-list">
            {read.items.map(({ kind, machine, since, next, needsPerson }, index) => {
              const span = spanWords(now - Date.parse(since));
              const { zh, en } = MONEY_STEP[next.step];
              const step = next.at === undefined || timeZone === undefined ? { zh, en } : money.at(zh, en, formatTime(next.at, timeZone));
              return (
                <li key={`${kind} ${machine} ${since} ${index}`}>
                  <strong>{say(MONEY_KIND[kind])}</strong> · {machine} · {say(money.since(span.zh, span.en))}{' '}
                  {needsPerson && <span class="chip chip-accent">{say(money.needsPerson)}</span>}
                  <br />
                  <span class="staff-quiet staff-small">{say(money.next(step.zh, step.en))}</span>
                </li>
              );
            })}
          </ul>
          {read.count > read.items.length && <p>{say(money.more)}</p>}
          <p class="staff-quiet staff-small">{say(money.signInToAct)}</p>
        </>
      )}
    </section>
  );
}
