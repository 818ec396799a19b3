import type { BothLanguages } from '#core/contract/values.ts';
import { Modal } from '../design/modal.tsx';
import { CLOSE_WHY, PAYMENT_FOUND, PAYMENT_FOUND_MORE, REFUND_WHY, REPRINT_WHY, RESOLVE_WHY, SETTLE_WHY, desk as words } from '../text/desk.ts';
import { say } from '../text/language.ts';
import { PinPad } from '../usher/pin-pad.tsx';
import type { Asking, StaffDesk } from './staff-model.ts';

/** One question with its reasons as buttons: the reason is the confirmation. */
export function AskingDialog({ desk }: { readonly desk: StaffDesk }) {
  const asking = desk.asking.value;
  if (asking === undefined) return null;
  const notice = desk.notice.value;
  return (
    <Modal key={asking.kind} title={say(titleOf(asking))} onClose={() => desk.ask(undefined)}>
      {notice?.isBad && (
        <p class="desk-notice" data-bad="" role="alert">
          {say(notice.words)}
        </p>
      )}
      <Choices desk={desk} asking={asking} />
      <div class="panel-actions">
        <button type="button" class="button button-quiet" onClick={() => desk.ask(undefined)}>
          {say(words.cancel)}
        </button>
      </div>
    </Modal>
  );
}

function titleOf(asking: Asking): BothLanguages {
  switch (asking.kind) {
    case 'resolve':
      return words.resolveAsk;
    case 'settle':
      return words.settleAsk;
    case 'settle-payment':
      return words.paymentAsk;
    case 'reprint':
      return words.reprintAsk;
    case 'refund':
      return asking.approve === undefined ? words.refundAsk : words.approval;
    case 'close':
      return words.closeAsk;
    case 'release-locks':
      return words.releaseLockAsk;
  }
}

function Choices({ desk, asking }: { readonly desk: StaffDesk; readonly asking: Asking }) {
  switch (asking.kind) {
    case 'resolve':
      return (
        <Reasons
          table={RESOLVE_WHY}
          more={(why) => (why === 'guest-has-it' || why === 'found-in-output' ? words.countsPrinted : words.countsNot)}
          onChoice={(why) => void desk.resolve(asking.item.ticketId ?? '', why)}
        />
      );
    case 'settle':
      return (
        <>
          <p>{say(words.settleMore)}</p>
          <Reasons table={SETTLE_WHY} onChoice={(why) => void desk.settle(asking.orderId, why)} />
        </>
      );
    case 'settle-payment': {
      const { payment, orderId } = asking.item;
      return (
        <Reasons
          table={PAYMENT_FOUND}
          among={payment?.findings ?? []}
          more={(found) => PAYMENT_FOUND_MORE[found]}
          onChoice={(found) => void desk.settlePayment(payment?.key ?? '', orderId, found)}
        />
      );
    }
    case 'reprint':
      return <Reasons table={REPRINT_WHY} onChoice={(reason) => void desk.reprint(asking.orderId, asking.ticketId, reason)} />;
    case 'refund': {
      const { approve, orderId, refundKey } = asking;
      if (approve !== undefined) {
        return (
          <PinPad
            label={say(words.approval)}
            isLocked={desk.isBusy.value || desk.isLocked.value}
            onPin={(pin) => void desk.refund(orderId, refundKey, approve, pin)}
          />
        );
      }
      return (
        <>
          <p>{say(words.refundWhole)}</p>
          <Reasons table={REFUND_WHY} onChoice={(reason) => void desk.refund(orderId, refundKey, reason)} />
        </>
      );
    }
    case 'close':
      return <Reasons table={CLOSE_WHY} onChoice={(why) => void desk.setClosed(true, why)} />;
    case 'release-locks':
      return <Machines machines={desk.state.value?.locks?.machines ?? []} onChoice={(machine) => void desk.releaseLocks(machine, asking.key)} />;
  }
}

function Machines({ machines, onChoice }: { readonly machines: readonly string[]; readonly onChoice: (machine: string) => void }) {
  return (
    <div class="panel-actions">
      {machines.map((machine) => (
        <button type="button" class="button desk-reason" key={machine} onClick={() => onChoice(machine)}>
          {machine}
        </button>
      ))}
    </div>
  );
}

interface ReasonsProps<Reason extends string> {
  readonly table: Readonly<Record<Reason, BothLanguages>>;
  /** Only these; all when it is missing. */
  readonly among?: readonly Reason[];
  readonly more?: (reason: Reason) => BothLanguages;
  readonly onChoice: (reason: Reason) => void;
}

function Reasons<Reason extends string>({ table, among, more, onChoice }: ReasonsProps<Reason>) {
  return (
    <div class="panel-actions">
      {(among ?? (Object.keys(table) as Reason[])).map((reason) => (
        <button type="button" class="button desk-reason" key={reason} onClick={() => onChoice(reason)}>
          <span>{say(table[reason])}</span>
          {more && <small class="soft">{say(more(reason))}</small>}
        </button>
      ))}
    </div>
  );
}
