import { effect, signal } from '@preact/signals';

/** Pixels in a millimetre of the kiosk's own display, once the agent has said it. */
export const kioskPixelsPerMm = signal<number | undefined>(undefined);

/**
 * Sets `--mm`, the one length that all others are made of. On the kiosk's own display it is the display's pixels per millimetre; on any other window
 * (a laptop, a phone) there is no finger at a known distance to measure for, so it follows the window and the whole layout with it.
 */
export function pixelsPerMillimetre(width: number, height: number, ofKiosk: number | undefined): number {
  if (isKioskDisplay(width, height)) return ofKiosk ?? 4;
  const byHeight = height / 320;
  const byWidth = width / 150;
  return Math.min(3.4, Math.max(2.3, Math.min(byHeight, byWidth)));
}

/** Portrait and large: nobody holds such a thing in the hand. */
function isKioskDisplay(width: number, height: number): boolean {
  return width >= 900 && height >= width * 1.4;
}

/** Follows the window, and the display as soon as it is known, for as long as the page lives. */
export function followWindow(): void {
  const apply = (): void => {
    const scale = pixelsPerMillimetre(innerWidth, innerHeight, kioskPixelsPerMm.value);
    document.documentElement.style.setProperty('--mm', `${scale}px`);
  };
  effect(apply);
  addEventListener('resize', apply);
}
