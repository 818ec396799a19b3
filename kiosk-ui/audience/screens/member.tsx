import { useMemo } from 'preact/hooks';
import { unreachable } from '#core/base/fault.ts';
import type { KioskSession, MemberPayment } from '#core/contract/local/kiosk.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { formatMoney } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { CARD_DIGITS, createCardEntry, createPinEntry, type DigitEntry } from '../model/member-entry.ts';
import { Frame, Waiting } from '../parts/frame.tsx';
import { Keypad } from '../parts/keypad.tsx';
import { Trouble } from '../parts/trouble.tsx';

type Member = Extract<KioskSession, { phase: 'member' }>;

/** K6: a member's card, its PIN, the balance, and only then the payment. */
export function MemberScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Member }) {
  const { member } = session;
  switch (member.at) {
    case 'card':
      return <CardScreen kiosk={kiosk} problem={member.problem} key="card" />;
    case 'pin':
      return <PinScreen kiosk={kiosk} member={member} key={`pin ${member.triesLeft ?? ''}`} />;
    case 'checking':
      return (
        <Frame title={say(audience.memberChecking)} look="paying" key="checking">
          <Waiting text={say(audience.memberCard(member.card))} />
        </Frame>
      );
    case 'confirm':
      return <ConfirmScreen kiosk={kiosk} session={session} member={member} key="confirm" />;
    default:
      return unreachable(member);
  }
}

const CARD_PROBLEM: Readonly<Record<NonNullable<Extract<MemberPayment, { at: 'card' }>['problem']>, BothLanguages>> = {
  'card-unknown': audience.memberUnknown,
  'card-locked': audience.memberLocked,
  away: audience.noConnection,
};

function CardScreen({ kiosk, problem }: { readonly kiosk: Kiosk; readonly problem: Extract<MemberPayment, { at: 'card' }>['problem'] }) {
  const entry = useMemo(createCardEntry, []);
  const scan = kiosk.flow('scan').available;
  const give = (): void => {
    if (entry.complete.value) void kiosk.giveMemberCard(entry.digits.value);
  };
  return (
    <Frame
      title={say(audience.memberTitle)}
      lead={say(scan ? audience.memberScan : audience.memberTypeOnly)}
      onBack={() => kiosk.back()}
      look="member"
      actions={<Trouble kiosk={kiosk} />}
    >
      {problem && <Problem words={CARD_PROBLEM[problem]} />}
      <p class="member-digits numeric" aria-hidden="true">
        MC {grouped(entry.digits.value)}
      </p>
      <p class="visually-hidden" role="status">
        {say(audience.digitsEntered(entry.digits.value.length, CARD_DIGITS))}
      </p>
      <Keypad digits={entry} onEnter={give} />
      <Go kiosk={kiosk} entry={entry} onGo={give} />
    </Frame>
  );
}

function PinScreen({ kiosk, member }: { readonly kiosk: Kiosk; readonly member: Extract<MemberPayment, { at: 'pin' }> }) {
  const entry = useMemo(createPinEntry, []);
  const give = (): void => {
    if (!entry.complete.value) return;
    const pin = entry.digits.value;
    entry.clear();
    void kiosk.giveMemberPin(pin);
  };
  const problem = member.problem === 'away' ? audience.noConnection : member.problem && audience.memberWrongPin(member.triesLeft ?? 0);
  return (
    <Frame
      title={say(audience.memberPin)}
      lead={say(audience.memberCard(member.card))}
      onBack={() => kiosk.back()}
      look="member"
      actions={<Trouble kiosk={kiosk} />}
    >
      {problem && <Problem words={problem} />}
      <p class="member-digits" aria-hidden="true">
        {'●'.repeat(entry.digits.value.length) || '\u00a0'}
      </p>
      <p class="visually-hidden" role="status">
        {say(audience.pinEntered(entry.digits.value.length))}
      </p>
      <Keypad digits={entry} onEnter={give} />
      <Go kiosk={kiosk} entry={entry} onGo={give} />
    </Frame>
  );
}

function ConfirmScreen({
  kiosk,
  session,
  member,
}: {
  readonly kiosk: Kiosk;
  readonly session: Member;
  readonly member: Extract<MemberPayment, { at: 'confirm' }>;
}) {
  const { order } = session;
  const { balance, enough } = member;
  const after = formatMoney({ minor: balance.minor - order.total.minor, currency: balance.currency });
  return (
    <Frame
      title={say(enough ? audience.memberConfirm : audience.memberTooLow)}
      lead={say(audience.memberCard(member.card))}
      look="centred"
      actions={
        <>
          <Trouble kiosk={kiosk} />
          <div class="total-bar">
            <button type="button" class="button" disabled={kiosk.busy.value} onClick={() => kiosk.back()}>
              {say(audience.otherWayToPay)}
            </button>
            {enough && (
              <button type="button" class="button button-primary" disabled={kiosk.busy.value} onClick={() => void kiosk.confirmMember()}>
                {say(audience.memberPay(formatMoney(order.total)))}
              </button>
            )}
          </div>
        </>
      }
    >
      <div class="card">
        <ul class="bill">
          <li>
            <span>{say(audience.memberBalance)}</span>
            <span class="numeric">{formatMoney(balance)}</span>
          </li>
          <li>
            <span>{say(audience.total)}</span>
            <span class="numeric">{formatMoney(order.total)}</span>
          </li>
          {enough && (
            <li class="bill-total">
              <span>{say(audience.memberBalanceAfter)}</span>
              <span class="numeric">{after}</span>
            </li>
          )}
        </ul>
      </div>
    </Frame>
  );
}

function Problem({ words }: { readonly words: BothLanguages }) {
  return (
    <div class="banner banner-bad" role="alert">
      <Icon name="alert" />
      <p class="banner-text">{say(words)}</p>
    </div>
  );
}

function Go({ kiosk, entry, onGo }: { readonly kiosk: Kiosk; readonly entry: DigitEntry; readonly onGo: () => void }) {
  return (
    <button type="button" class="button button-primary button-wide" disabled={!entry.complete.value || kiosk.busy.value} onClick={onGo}>
      {say(audience.goOn)}
    </button>
  );
}

const grouped = (digits: string): string => digits.padEnd(CARD_DIGITS, '·').replaceAll(/(.{4})(?=.)/g, '$1 ');
