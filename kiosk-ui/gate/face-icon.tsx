import type { JSX } from 'preact';
import type { FaceIcon as Name } from './faces.ts';

/**
 * Signs on a 48 × 48 grid, drawn to be read from five metres: few strokes, all thick, in the ink of the face. Parts with a class are the ones that move
 * (gate.css); each sign is complete and right when nothing moves.
 */
const SIGNS: Readonly<Record<Name, JSX.Element>> = {
  'phone-to-reader': (
    <>
      <path d="M31 40h12V8H31" opacity=".75" />
      <path d="M36 18v12" stroke-width="4.500" />
      <g class="sign-approach">
        <rect x="5" y="9" width="16" height="30" rx="3.500" />
        <path d="M10 18h6v6h-6Z" />
        <path d="M12 33.500h2" />
      </g>
    </>
  ),
  ring: (
    <>
      <circle cx="24" cy="24" r="17" opacity=".3" />
      <path class="sign-turn" d="M24 7a17 17 0 0 1 17 17" />
    </>
  ),
  'tick-arrow': (
    <>
      <path d="m4 25 8.500 8.500L28 14" stroke-width="5.500" />
      <path class="sign-walk" d="M31 24h12m-6-7 7 7-7 7" stroke-width="4.500" />
    </>
  ),
  'people-arrow': (
    <>
      <circle cx="10" cy="13" r="4" />
      <path d="M3.500 37V27a6.500 6.500 0 0 1 13 0v10" />
      <circle cx="24" cy="13" r="4" opacity=".55" />
      <path d="M21 37V23.500a6.500 6.500 0 0 1 9 3.500v10" opacity=".55" />
      <path class="sign-walk" d="M34 24h9m-5-6 6 6-6 6" stroke-width="4.500" />
    </>
  ),
  'id-card': (
    <>
      <rect x="4" y="9" width="40" height="30" rx="4" />
      <circle cx="15.500" cy="20" r="4" />
      <path d="M9.500 32a6 6 0 0 1 12 0M28 19h9m-9 6.500h9M28 32h5" />
    </>
  ),
  clock: (
    <>
      <circle cx="24" cy="24" r="18.500" />
      <path d="M24 12.500V25l8.500 5" stroke-width="4.500" />
    </>
  ),
  'door-arrow': (
    <>
      <path d="M27 6h15v36H27" />
      <path d="M27 6v7m0 22v7" />
      <path d="M4 24h25m-8-9 9 9-9 9" stroke-width="4.500" />
    </>
  ),
  'used-twice': (
    <>
      <path d="M9 18A17 17 0 1 1 7.500 29" />
      <path d="M7 7v12h12" />
      <path d="m17 25 5.500 5.500L33 19" stroke-width="4.500" />
    </>
  ),
  'turn-back': <path d="M8 18h21a9.500 9.500 0 0 1 0 19H16M17 8 7 18l10 10" stroke-width="5" />,
  'phone-refresh': (
    <>
      <rect x="17" y="13" width="14" height="22" rx="3" />
      <path d="M22.500 30h3" stroke-width="2.600" />
      <path d="M41.500 18A18.500 18.500 0 0 0 9 13M7.500 4.500v9.500H17" />
      <path d="M6.500 30A18.500 18.500 0 0 0 39 35M40.500 43.500V34H31" />
    </>
  ),
  'paper-or-phone': (
    <>
      <path d="M4 8h17v31l-4.200-3.500L12.500 39l-4.300-3.500L4 39Z" />
      <path d="M9.500 16h6m-6 7h6" />
      <rect x="30" y="8" width="14" height="31" rx="3" />
      <path d="M24.500 20v.1m0 7v.1" stroke-width="4.500" />
      <path d="M36 33h2" />
    </>
  ),
  'grown-up-child': (
    <>
      <circle cx="17" cy="9" r="4.500" />
      <path d="M9 43V25a8 8 0 0 1 16 0v18M17 31v12" />
      <circle cx="36" cy="22" r="3.500" />
      <path d="M31 43v-8.500a5 5 0 0 1 10 0V43M25 28l6.500 6" />
    </>
  ),
  'seats-full': (
    <>
      <circle cx="9" cy="16" r="3.600" />
      <circle cx="24" cy="16" r="3.600" />
      <circle cx="39" cy="16" r="3.600" />
      <path d="M3.500 33v-5a5.500 5.500 0 0 1 11 0v5m4 0v-5a5.500 5.500 0 0 1 11 0v5m4 0v-5a5.500 5.500 0 0 1 11 0v5" />
      <path d="M4 41.500h40" stroke-width="4.500" />
    </>
  ),
  cross: <path d="m9 9 30 30M39 9 9 39" stroke-width="7" />,
  question: (
    <>
      <circle cx="24" cy="24" r="19" />
      <path d="M17.500 18.500a6.500 6.500 0 1 1 9.800 5.600c-2.200 1.300-3.300 2.400-3.300 5" stroke-width="4.500" />
      <path d="M24 35.500v.1" stroke-width="5.500" />
    </>
  ),
  'phone-not': (
    <>
      <rect x="14" y="5" width="20" height="38" rx="4" />
      <path d="M20 16h8m-8 6h8m-6 14.500h4" />
      <path d="M5 43 43 5" stroke-width="5" />
    </>
  ),
  'step-back': (
    <>
      <path d="M41 8v32" opacity=".6" />
      <path d="M33 24H6m9-9-9 9 9 9" stroke-width="5" />
    </>
  ),
  barrier: (
    <>
      <path d="M8 42V12h7v30M4 42h15" />
      <path d="M15 17h29v7H15" />
      <path d="m23 24 5-7m4 7 5-7" />
    </>
  ),
  alert: (
    <>
      <path d="M24 5 3.500 41.500h41Z" />
      <path d="M24 18v11" stroke-width="5" />
      <path d="M24 35.500v.1" stroke-width="5.500" />
    </>
  ),
  cone: (
    <>
      <path d="M4 42h40M10 42 21 6h6l11 36" />
      <path d="M17.500 19h13M13.800 31h20.400" stroke-width="5" />
    </>
  ),
  'way-out': (
    <g class="sign-rise">
      <path d="m8 24 16-16 16 16" stroke-width="5.500" />
      <path d="m8 41 16-16 16 16" stroke-width="5.500" />
    </g>
  ),
  unplugged: (
    <>
      <path d="M4 44l9-9m-3-14 17 17-4 4a10 10 0 0 1-14 0 12 12 0 0 1 0-17Z" />
      <path d="m44 4-9 9m-13 2 5-5a10 10 0 0 1 14 14l-5 5ZM21 29l4-4m-4 4" />
    </>
  ),
};

export function FaceIcon({ name, offline }: { readonly name: Name; readonly offline: boolean }) {
  return (
    <svg
      class="face-icon"
      viewBox="0 0 48 48"
      fill="none"
      stroke="currentColor"
      stroke-width="3.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {SIGNS[name]}
      {offline && (
        <g class="face-cloud" stroke-width="2.2" transform="translate(1 -34)">
          <path d="M33 46h9a4 4 0 0 0 .6-7.950A6 6 0 0 0 31 37a4.500 4.500 0 0 0 2 9Z" />
          <path d="m30 48 14-13" />
        </g>
      )}
    </svg>
  );
}
