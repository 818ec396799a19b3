import { useLayoutEffect, useRef } from 'preact/hooks';
import type { StaffState } from '#core/contract/local/staff.ts';
import { Icon } from '../design/icon.tsx';
import { desk as words } from '../text/desk.ts';
import { say } from '../text/language.ts';
import { usher } from '../text/usher.ts';
import { isScanning } from './staff-line.ts';
import type { StaffDesk } from './staff-model.ts';

interface FindProps {
  readonly desk: StaffDesk;
  readonly state: StaffState;
}

/** What is left to press when there is no keyboard: the number of an order has letters. */
const KEYS = [...'1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ-'];

/** An order that is not in the list any more: by its number, a ticket number or its pick-up code. */
export function FindPanel({ desk, state }: FindProps) {
  const query = desk.query.value;
  return (
    <section class="card desk-card" aria-labelledby="find-title">
      <h2 id="find-title">{say(words.find)}</h2>
      {query === undefined ? (
        <div class="desk-buttons">
          <button type="button" class="button" onClick={() => desk.type('')}>
            <Icon name="search" />
            {say(words.findOpen)}
          </button>
        </div>
      ) : (
        <FindForm desk={desk} state={state} query={query} />
      )}
    </section>
  );
}

function FindForm({ desk, state, query }: FindProps & { readonly query: string }) {
  const field = useRef<HTMLInputElement>(null);
  // A scanner that types writes into it, from its first key on, and ends with the key that sends.
  useLayoutEffect(() => field.current?.focus(), []);
  const scanning = isScanning(state);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void desk.find();
      }}
    >
      <p class="soft" id="find-hint" role="status">
        {say(scanning ? words.scanNow : words.findHint)}
      </p>
      <input
        ref={field}
        class="desk-field numeric"
        type="text"
        inputMode="none"
        maxLength={256}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        aria-label={say(words.findLabel)}
        aria-describedby="find-hint"
        value={query}
        onInput={({ currentTarget }) => desk.type(currentTarget.value)}
      />
      <fieldset class="desk-keys" aria-label={say(words.keys)}>
        {KEYS.map((key) => (
          <button type="button" class="button numeric" key={key} onClick={() => desk.type(query + key)}>
            {key}
          </button>
        ))}
        <button type="button" class="button button-quiet" aria-label={say(usher.erase)} onClick={() => desk.type(query.slice(0, -1))}>
          <Icon name="erase" />
        </button>
      </fieldset>
      <div class="desk-buttons">
        <button type="submit" class="button button-primary" disabled={desk.isBusy.value || query.trim() === ''}>
          {say(words.findDo)}
        </button>
        {state.kiosk && (
          <button type="button" class="button" disabled={scanning} onClick={() => void desk.scan()}>
            {say(words.scan)}
          </button>
        )}
        <button type="button" class="button button-quiet" onClick={() => desk.type(undefined)}>
          {say(words.cancel)}
        </button>
      </div>
    </form>
  );
}
