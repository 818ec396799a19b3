import { addDays, type BusinessDay, businessDayOf } from '#core/base/business-day.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Instant } from '#core/base/time.ts';
import type { PlannedShow } from '#core/box-office/programme-source.ts';
import type { ShowRecord } from '#core/box-office/records.ts';
import { validityShow } from '#core/box-office/validity-rows.ts';
import type { Programme, Show, ShowSeats } from '#core/contract/box-office/programme.ts';
import type { ValidityShow } from '#core/contract/box-office/validity.ts';
import type { ShowId } from '#core/contract/identifiers.ts';
import { decodeRow, hexOf, rowPrefix, showPrefix, ticketNumber } from '#core/validity/row-codec.ts';
import { filmOf, knownShow, type Office, planOfShow } from './office.ts';
import { pictureOf } from './sales/holds.ts';
import { expireLapsed } from './sales/release.ts';
import type { Unit } from './unit-of-work.ts';

const SHOWS_IN_PAGE = 100;

/** The days that can be chosen: seven from today on, however long the box office has been running. */
export function daysOnSale(office: Office, now: Instant): readonly BusinessDay[] {
  const today = businessDayOf(now, office.programme.site.timeZone);
  return Array.from({ length: LIMITS.programme.days }, (_, ahead) => addDays(today, ahead));
}

/** Adds the shows of days that have come into view, and lets old ones go from the validity data. Nothing is done twice. A day is one transaction. */
export async function keepProgramme(office: Office): Promise<void> {
  const days = await office.run(async (unit) => daysOnSale(office, unit.now));
  for (const day of days) {
    await office.run(async (unit) => {
      for (const show of office.programme.showsOn(day)) await addShow(unit, office, show);
    });
  }
  await office.run(dropOldShows);
}

async function addShow(unit: Unit, office: Office, show: PlannedShow): Promise<void> {
  if (!(await unit.tx.shows.add({ show, pictureVersion: 0 }))) return;
  const withheld = office.programme.withheld?.(show) ?? [];
  if (withheld.length > 0) await unit.tx.seats.take(withheld.map(({ seatId, state }) => ({ showId: show.id, seatId, state })));
  const escortChildren = office.programme.escortsChildren?.(show) ?? false;
  unit.publish({ op: 'put-show', show: validityShow(show, filmOf(office, show).title, escortChildren) });
}

async function dropOldShows(unit: Unit): Promise<void> {
  const { validity } = unit.tx;
  for (const show of await shownShows(unit)) {
    if (Date.parse(show.endsAt) + LIMITS.boxOffice.validityKeptAfterShow >= unit.now) continue;
    for (const ticket of await validity.rowsOf(showPrefix(show.id))) {
      for (const code of await validity.rowsOf(rowPrefix(ticket))) unit.publish({ op: 'drop-code', hash: hexOf(code, 1, 17) });
      unit.publish({ op: 'drop-ticket', id: ticketNumber(ticket, 1) });
    }
    unit.publish({ op: 'drop-show', id: show.id });
  }
}

/** Shows come first among the rows, and are a few hundred. */
async function shownShows(unit: Unit): Promise<readonly ValidityShow[]> {
  const shows: ValidityShow[] = [];
  for (let last: Uint8Array = new Uint8Array(); ; ) {
    const page = await unit.tx.validity.rowsAfter(last, SHOWS_IN_PAGE);
    for (const row of page) {
      const decoded = decodeRow(row);
      if (decoded?.kind !== 'show') return shows;
      shows.push(decoded.show);
    }
    if (page.length < SHOWS_IN_PAGE) return shows;
    last = rowPrefix(page.at(-1) ?? last);
  }
}

export function readProgramme(office: Office): Promise<Programme> {
  return office.run(async (unit) => {
    const days = daysOnSale(office, unit.now);
    const records = await unit.tx.shows.onDays(days);
    const taken = await unit.tx.seats.takenCounts(records.map(({ show }) => show.id));
    const shows = records.map((record) => showView(office, record, taken.get(record.show.id) ?? 0, unit.now));
    const shown = new Set(shows.map((show) => show.filmId));
    return { days: [...days], films: office.programme.films.filter((film) => shown.has(film.id)), shows };
  });
}

export function readShowSeats(office: Office, showId: ShowId): Promise<ShowSeats> {
  return office.run(async (unit) => {
    await expireLapsed(unit);
    const record = await knownShow(unit, showId);
    const picture = await pictureOf(unit, office, record);
    const taken = picture.states.replaceAll('F', '').length;
    return {
      show: showView(office, record, taken, unit.now),
      film: filmOf(office, record.show),
      plan: planOfShow(office, record.show),
      picture,
    };
  });
}

function showView(office: Office, { show }: ShowRecord, taken: number, now: Instant): Show {
  const seatsTotal = planOfShow(office, show).seats.length;
  return {
    ...show,
    seatsTotal,
    seatsLeft: seatsTotal - taken,
    status: now >= Date.parse(show.saleEndsAt) ? 'sale-ended' : 'on-sale',
    ...(office.programme.escortsChildren?.(show) === true ? { escortChildren: true } : {}),
  };
}
