import { effect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { BothLanguages } from '#core/contract/values.ts';
import type { LinkState } from '../agent/live.ts';
import { LOCALE, language, say } from '../text/language.ts';
import { shared } from '../text/shared.ts';
import { staff } from '../text/staff.ts';
import './staff.css';

interface StaffFrameProps {
  readonly page: 'technician' | 'bench';
  readonly title: BothLanguages;
  readonly link: LinkState;
  /** Pages that exist on this machine beside this one. */
  readonly hasBench: boolean;
  readonly children: ComponentChildren;
}

/** The head that the pages of the house share: where one is, the other pages, the language, and whether the machine is heard at all. */
export function StaffFrame({ page, title, link, hasBench, children }: StaffFrameProps) {
  useEffect(
    () =>
      effect(() => {
        document.documentElement.lang = LOCALE[language.value];
        document.title = `${say(title)} · ${say(shared.product)}`;
      }),
    [title],
  );
  const other = language.value === 'zh' ? 'en' : 'zh';
  return (
    <div class="staff">
      <header class="staff-head">
        <p class="staff-name">
          <span class="staff-bulb" aria-hidden="true" />
          {say(shared.product)}
          <span class="staff-quiet">{say(title)}</span>
        </p>
        <nav class="staff-links" aria-label={say(staff.pages)}>
          <PageLink href="/" name={staff.kiosk} />
          <PageLink href="/gate" name={staff.gate} />
          <PageLink href="/technician" name={staff.technician} isHere={page === 'technician'} />
          {hasBench && <PageLink href="/bench" name={staff.bench} isHere={page === 'bench'} />}
        </nav>
        <button
          type="button"
          class="button"
          lang={LOCALE[other]}
          onClick={() => {
            language.value = other;
          }}
        >
          {say(shared.languageSwitch)}
        </button>
      </header>
      {(link === 'silent' || link === 'lost') && (
        <p class="staff-link" role="alert">
          {say(link === 'lost' ? staff.linkLost : staff.linkSilent)}
        </p>
      )}
      {children}
    </div>
  );
}

function PageLink({ href, name, isHere = false }: { readonly href: string; readonly name: BothLanguages; readonly isHere?: boolean }) {
  return (
    <a class="button button-quiet" href={href} aria-current={isHere ? 'page' : undefined}>
      {say(name)}
    </a>
  );
}

export function StaffWaiting() {
  return (
    <main class="staff-waiting">
      <div class="spinner" />
      <p role="status">{say(shared.loading)}</p>
    </main>
  );
}
