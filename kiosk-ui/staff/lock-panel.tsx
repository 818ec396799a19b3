import type { StaffState } from '#core/contract/local/staff.ts';
import { LOCK_RELEASE, desk as words } from '../text/desk.ts';
import { say } from '../text/language.ts';
import type { StaffDesk } from './staff-model.ts';

interface LockProps {
  readonly desk: StaffDesk;
  readonly locks: NonNullable<StaffState['locks']>;
}

/** Only at the box office's machine: a page that wrong PINs have locked can be unlocked from nowhere else without a shell. */
export function LockPanel({ desk, locks: { last } }: LockProps) {
  return (
    <section class="card desk-card" aria-labelledby="locks-title">
      <h2 id="locks-title">{say(words.locks)}</h2>
      <p class="soft">{say(words.locksMore)}</p>
      <p role="status">{last && `${last.machine} · ${say(LOCK_RELEASE[last.stage])} · ${last.by}`}</p>
      <div class="desk-buttons">
        <button type="button" class="button" disabled={desk.isBusy.value} onClick={() => desk.ask({ kind: 'release-locks', key: desk.newKey() })}>
          {say(words.releaseLock)}
        </button>
      </div>
    </section>
  );
}
