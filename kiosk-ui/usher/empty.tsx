import type { BothLanguages } from '#core/contract/values.ts';
import { Icon, type IconName } from '../design/icon.tsx';
import { say } from '../text/language.ts';

/** Nothing to show is a state too: what it means, and what would change it. */
export function Empty({ icon, title, more }: { readonly icon: IconName; readonly title: BothLanguages; readonly more: BothLanguages }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{say(title)}</p>
      <p class="soft">{say(more)}</p>
    </div>
  );
}
