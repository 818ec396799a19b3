import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';

interface FrameProps {
  readonly title: string;
  /** A second line below the title. */
  readonly lead?: ComponentChildren;
  readonly onBack?: (() => void) | undefined;
  /** Words of the back button, when "back" is not what it does. */
  readonly backLabel?: string;
  /** Stays at the bottom, in reach: total and what goes on. */
  readonly actions?: ComponentChildren;
  /** What the middle looks like. */
  readonly look?: string;
  readonly children: ComponentChildren;
}

/** One screen: where the guest is, the choice, and the way on – always at the same places. The heading takes the focus, so that speech begins with it. */
export function Frame({ title, lead, onBack, backLabel, actions, look = '', children }: FrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => (body.current ? keepScrollable(body.current) : undefined), []);
  // Before the first frame: a key that comes with it must not have its focus taken away again.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <section class={`screen ${look}`} aria-labelledby="screen-title">
      <header class="screen-head">
        {onBack && (
          <button type="button" class="button back" onClick={onBack}>
            <Icon name="back" />
            {backLabel ?? say(shared.back)}
          </button>
        )}
        <div class="screen-title">
          <h1 id="screen-title" tabIndex={-1} ref={heading}>
            {title}
          </h1>
          {lead && <p class="screen-lead">{lead}</p>}
        </div>
      </header>
      <div class="screen-body" ref={body}>
        {children}
      </div>
      {actions && <div class="screen-actions">{actions}</div>}
    </section>
  );
}

/** Text that does not fit and holds no control could not be scrolled by keys: then the region itself takes the focus. */
function keepScrollable(region: HTMLElement): () => void {
  const judge = (): void => {
    const overflows = region.scrollHeight > region.clientHeight + 1;
    if (overflows && !region.querySelector('a, button:not([tabindex="-1"])')) region.tabIndex = 0;
    else region.removeAttribute('tabindex');
  };
  const sizes = new ResizeObserver(judge);
  sizes.observe(region);
  const contents = new MutationObserver(judge);
  contents.observe(region, { childList: true, subtree: true });
  return () => {
    sizes.disconnect();
    contents.disconnect();
  };
}

export function Waiting({ text }: { readonly text: string }) {
  return (
    <div class="waiting" role="status">
      <div class="spinner" />
      <p>{text}</p>
    </div>
  );
}
