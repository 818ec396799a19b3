interface TurnstileProps {
  readonly isOpen: boolean;
  /** Changes with every body that goes through, and lets one walk. */
  readonly passed: number;
  readonly person: 'walks-through' | 'walks-away' | 'stands-still';
  readonly label: string;
}

/** The gate from the guest's side: two cabinets, two wings of glass, and whoever stands before them. */
export function Turnstile({ isOpen, passed, person, label }: TurnstileProps) {
  return (
    <svg class="turnstile" viewBox="0 0 320 190" role="img" aria-label={label} data-open={isOpen ? '' : undefined} data-person={person}>
      <defs>
        <linearGradient id="cabinet" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color="#5a4a3f" />
          <stop offset="1" stop-color="#2b221d" />
        </linearGradient>
        <linearGradient id="floor" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color="#2a1c12" />
          <stop offset="1" stop-color="#15100d" />
        </linearGradient>
      </defs>
      <path d="M0 190 84 96h152l84 94Z" fill="url(#floor)" />
      <path class="turnstile-lane" d="M112 190 138 100h44l26 90Z" />
      <g class="walker" key={passed} data-walks={passed > 0 ? '' : undefined}>
        <Figure />
      </g>
      <g class="turnstile-wings">
        <rect class="wing wing-left" x="104" y="92" width="54" height="66" rx="6" />
        <rect class="wing wing-right" x="162" y="92" width="54" height="66" rx="6" />
      </g>
      <rect x="52" y="72" width="54" height="104" rx="10" fill="url(#cabinet)" stroke="#8f7b6c" stroke-width="1.500" />
      <rect x="214" y="72" width="54" height="104" rx="10" fill="url(#cabinet)" stroke="#8f7b6c" stroke-width="1.500" />
      <rect x="222" y="80" width="38" height="20" rx="4" fill="#15100d" stroke="#ffb547" />
      <path d="M229 90h24" stroke="#ffb547" stroke-width="2" />
      <rect class="lamp" x="60" y="80" width="38" height="8" rx="4" />
      <path class="lamp-arrow" d="M79 128V104m-9 9 9-9 9 9" fill="none" stroke-width="4" stroke-linecap="round" stroke-linejoin="round" />
      <path class="lamp-cross" d="m71 108 16 16m0-16-16 16" fill="none" stroke-width="4" stroke-linecap="round" />
      <g class="waiter">
        <Figure />
      </g>
    </svg>
  );
}

function Figure() {
  return (
    <>
      <circle cx="0" cy="-58" r="13" />
      <path d="M-20 12v-34a20 20 0 0 1 40 0v34Z" />
    </>
  );
}
