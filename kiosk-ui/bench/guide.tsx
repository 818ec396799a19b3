import type { BothLanguages } from '#core/contract/values.ts';
import { bench as words } from '../text/bench.ts';
import { say } from '../text/language.ts';

interface Step {
  readonly title: BothLanguages;
  readonly more: BothLanguages;
  /** Where the step happens, when it is not the page of the step before. */
  readonly at?: { readonly href: string; readonly link: BothLanguages };
}

/** Four steps that show a newcomer what the product is. Other pages open beside this one: it is worth watching meanwhile. */
export function Guide({ printer }: { readonly printer: string | undefined }) {
  const steps: readonly Step[] = [
    { title: words.stepOpen, more: words.stepOpenMore, at: { href: '/', link: words.openKiosk } },
    { title: words.stepBuy, more: words.stepBuyMore },
    { title: words.stepTake, more: words.stepTakeMore, at: { href: `#printer-${printer ?? ''}`, link: words.toPapers } },
    { title: words.stepPresent, more: words.stepPresentMore, at: { href: '/gate', link: words.openGate } },
  ];
  return (
    <section class="guide" aria-labelledby="guide-title">
      <h1 id="guide-title">{say(words.heading)}</h1>
      <p class="staff-quiet guide-lead">
        {say(words.lead)} <OtherPage href="/technician" link={words.openTechnician} />
      </p>
      <ol aria-label={say(words.steps)}>
        {steps.map(({ title, more, at }, index) => (
          <li key={title.en} class="card">
            <span class="step-number" aria-hidden="true">
              {index + 1}
            </span>
            <h2>{say(title)}</h2>
            <p class="staff-quiet">{say(more)}</p>
            {at && <OtherPage {...at} look="button" />}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A place on this page, or another page beside it. */
function OtherPage({ href, link, look }: { readonly href: string; readonly link: BothLanguages; readonly look?: string }) {
  if (href.startsWith('#')) {
    return (
      <a class={look} href={href}>
        {say(link)}
      </a>
    );
  }
  return (
    <a class={look} href={href} target="_blank" rel="noreferrer">
      {say(link)}
      <span class="visually-hidden"> {say(words.newTab)}</span>
    </a>
  );
}
