import { Icon } from '../design/icon.tsx';
import { Modal } from '../design/modal.tsx';
import { say } from '../text/language.ts';
import { OVERRIDE_REASON, type OverrideReason, usher as words } from '../text/usher.ts';
import type { Asking, Override } from './model/override.ts';
import { PinPad } from './pin-pad.tsx';

const REASONS = Object.keys(OVERRIDE_REASON) as OverrideReason[];
const NOTE_MAX = 120;

/** Two steps, each with one large choice: why, and who answers for it. */
export function OverrideDialog({ override, asking }: { readonly override: Override; readonly asking: Asking }) {
  const { what, why, trouble } = asking;
  return (
    <Modal title={say(words.overrideTitle)} onClose={override.cancel}>
      <p class="override-what">{say(what)}</p>
      {why === undefined ? (
        <fieldset class="override-reasons">
          <legend class="soft">{say(words.why)}</legend>
          {REASONS.map((reason) => (
            <button type="button" class="button button-wide override-reason" key={reason} onClick={() => override.choose(reason)}>
              {say(OVERRIDE_REASON[reason])}
              <Icon name="forward" />
            </button>
          ))}
        </fieldset>
      ) : (
        <Confirmation override={override} asking={asking} why={why} />
      )}
      {trouble && (
        <p class="override-trouble" role="alert">
          {say(trouble)}
        </p>
      )}
      <button type="button" class="button button-quiet button-wide override-cancel" onClick={override.cancel}>
        {say(words.cancel)}
      </button>
    </Modal>
  );
}

interface ConfirmationProps {
  readonly override: Override;
  readonly asking: Asking;
  readonly why: OverrideReason;
}

function Confirmation({ override, asking, why }: ConfirmationProps) {
  return (
    <>
      <p class="override-why">
        <Icon name="check" /> {say(OVERRIDE_REASON[why])}
      </p>
      <input
        class="field"
        type="text"
        maxLength={NOTE_MAX}
        placeholder={say(words.note)}
        aria-label={say(words.note)}
        value={asking.note}
        onInput={({ currentTarget }) => override.write(currentTarget.value)}
      />
      <h3 class="override-pin">{say(words.managerPin)}</h3>
      <PinPad label={say(words.managerPin)} isLocked={asking.isSending} onPin={(pin) => void override.send(pin)} />
      <p class="soft override-more">{say(words.overrideMore)}</p>
    </>
  );
}
