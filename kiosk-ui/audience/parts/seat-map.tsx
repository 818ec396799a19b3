import { effect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PlanSeat } from '#core/contract/box-office/programme.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { formatMoney } from '../../text/format.ts';
import { language, say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import { allIn, ordinaryPrice } from '../model/prices.ts';
import type { SeatChoice } from '../model/seat-choice.ts';
import type { House } from '../model/seat-feed.ts';
import { createSeatMap, type SeatFace, type SeatMapView } from './seat-map-view.ts';

export const FACE_WORDS: Readonly<Record<SeatFace, BothLanguages>> = {
  F: audience.free,
  Y: audience.chosen,
  S: audience.sold,
  H: audience.held,
  R: audience.reserved,
  X: audience.outOfUse,
};

const KIND_WORDS: Readonly<Record<PlanSeat['kind'], BothLanguages | undefined>> = {
  standard: undefined,
  'couple-left': audience.coupleSeat,
  'couple-right': audience.coupleSeat,
  wheelchair: audience.wheelchairSpace,
  companion: audience.companionSeat,
};

/** Least size of a seat and the space beside it, in millimetres: a fingertip. */
const PITCH_LEAST = 11;
const PITCH_MOST = 17;

/**
 * K3's map. It fills the room it has; when seats would be smaller than a fingertip the whole hall is shown first and one touch leads to the block that was
 * touched, at full size, to be moved about with a finger.
 */
export function SeatMap({ house, seats }: { readonly house: House; readonly seats: SeatChoice }) {
  const frame = useRef<HTMLDivElement>(null);
  const map = useRef<HTMLFieldSetElement>(null);
  const view = useRef<SeatMapView | undefined>(undefined);
  const { fits, near, setNear } = useZoom(frame, house);
  const zoomed = fits || near;

  useLayoutEffect(() => {
    if (!map.current) return;
    const made = createSeatMap(map.current, {
      plan: house.plan,
      onTap: seats.tap,
      nameOf: (seat, face) => nameOf(house, seat, face),
      rowName: (row) => say(audience.rowName(row)),
    });
    view.current = made;
    const stopDrawing = effect(() => made.draw(seats.picture.value?.states ?? '', seats.selected.value));
    let spoken = language.peek();
    const stopNaming = effect(() => {
      if (spoken === language.value) return;
      spoken = language.value;
      made.rename();
    });
    return () => {
      stopDrawing();
      stopNaming();
    };
  }, [house.plan]);

  // Seats that were picked for the guest come into sight.
  useEffect(
    () =>
      effect(() => {
        const [first] = seats.selected.value;
        if (first !== undefined) view.current?.element(first)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      }),
    [zoomed],
  );

  const zoomTo = (event: MouseEvent): void => {
    // A click that a key made has no place; keys work in the whole hall as well.
    if (zoomed || event.detail === 0 || !frame.current || !map.current) return;
    event.stopPropagation();
    event.preventDefault();
    const box = map.current.getBoundingClientRect();
    const place = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    setNear(true);
    requestAnimationFrame(() => centreOn(frame.current, map.current, place));
  };

  /** A seat reached by keys is shown at full size. */
  const showFocused = (event: FocusEvent): void => {
    const { target } = event;
    if (zoomed || !(target instanceof HTMLElement) || !target.matches(':focus-visible')) return;
    setNear(true);
    requestAnimationFrame(() => target.scrollIntoView({ block: 'center', inline: 'center' }));
  };

  return (
    <div class="seat-map-area" data-stale={seats.stale.value ? '' : undefined}>
      <div class="seat-map-frame" ref={frame} data-near={zoomed ? '' : undefined} onClickCapture={zoomTo} onFocusIn={showFocused}>
        <div class="seat-map-inner">
          <p class="silver-screen" aria-hidden="true">
            <span>{say(audience.screenThisWay)}</span>
          </p>
          <fieldset class="seat-map" ref={map} aria-label={say(audience.seatMap)} />
        </div>
      </div>
      {!fits && (
        <div class="zoom">
          {near ? (
            <button type="button" class="button" onClick={() => setNear(false)}>
              <Icon name="whole" />
              {say(audience.wholeHall)}
            </button>
          ) : (
            <button type="button" class="button" onClick={() => setNear(true)}>
              <Icon name="scan" />
              {say(audience.tapToZoom)}
            </button>
          )}
        </div>
      )}
      {seats.stale.value && (
        <p class="map-stale banner" role="status">
          {say(audience.mapStale)}
        </p>
      )}
    </div>
  );
}

function centreOn(frame: HTMLElement | null, map: HTMLElement | null, place: { readonly x: number; readonly y: number }): void {
  if (!frame || !map) return;
  frame.scrollTo({
    left: map.offsetLeft + place.x * map.offsetWidth - frame.clientWidth / 2,
    top: map.offsetTop + place.y * map.offsetHeight - frame.clientHeight / 2,
  });
}

/** Measures the frame, and sets the pitch of the seats in it as a custom property. */
function useZoom(frame: { readonly current: HTMLDivElement | null }, { plan }: House) {
  const [fits, setFits] = useState(true);
  const [near, setNear] = useState(false);
  useLayoutEffect(() => {
    const box = frame.current;
    if (!box) return;
    const measure = (): void => {
      const mm = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm')) || 4;
      // Two labels of a row take the room of one seat each; the silver screen above takes two.
      const pitch = Math.min(box.clientWidth / mm / (plan.width + 1.6), box.clientHeight / mm / (plan.height + 2.2), PITCH_MOST);
      const byWidth = Math.min(box.clientWidth / mm / (plan.width + 1.6), PITCH_MOST);
      // A hall that is only too high is scrolled; one that is too wide is shown whole first.
      const enough = byWidth >= PITCH_LEAST;
      setFits(enough);
      const shown = enough ? Math.max(PITCH_LEAST, pitch) : near ? PITCH_LEAST : Math.max(3, pitch);
      box.style.setProperty('--pitch', `${shown * mm}px`);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [plan, near]);
  return { fits, near, setNear };
}

/** "Row 5 Seat 8, free, 48.00": everything the eye sees of a seat, in words. */
function nameOf({ show, plan }: House, seat: PlanSeat, face: SeatFace): string {
  const price = ordinaryPrice(show, seat.zone);
  const kind = KIND_WORDS[seat.kind];
  const zone = plan.zones.length > 1 ? plan.zones.find((candidate) => candidate.id === seat.zone)?.name : undefined;
  const open = face === 'F' || face === 'Y';
  return [
    say(shared.seat(seat.row, seat.number)),
    kind && say(kind),
    say(FACE_WORDS[face]),
    open && zone && say(zone),
    open && price && formatMoney(allIn(price)),
  ]
    .filter(Boolean)
    .join(say({ zh: '，', en: ', ' }));
}
