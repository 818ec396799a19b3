import type { Programme, Show } from '#core/contract/box-office/programme.ts';
import { posterPath } from '../../agent/routes.ts';
import { audience } from '../../text/audience.ts';
import { formatDay, formatMoney, formatTime, formatWeekday } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { priceFrom } from '../model/prices.ts';
import type { Browse } from '../model/screen.ts';
import { closedBecause, type ShowClosed, showsOn } from '../model/shows.ts';
import { Frame, Waiting } from '../parts/frame.tsx';
import { zoneOf } from '../parts/order.tsx';

type ShowsPlace = Extract<Browse, { at: 'shows' }>;

/** K2: days, and on each day the shows of one film with time, screen, language, price with fee and seats left. */
export function ShowsScreen({ kiosk, place }: { readonly kiosk: Kiosk; readonly place: ShowsPlace }) {
  const programme = kiosk.programme.value;
  const film = programme?.films.find((candidate) => candidate.id === place.filmId);
  if (!programme || !film) {
    return (
      <Frame title={say(audience.chooseShow)} onBack={() => kiosk.back()}>
        <Waiting text={say(shared.loading)} />
      </Frame>
    );
  }
  const shows = showsOn(programme, film.id, place.day);
  return (
    <Frame title={say(audience.chooseShow)} lead={say(audience.feeIncluded)} onBack={() => kiosk.back()} look="shows">
      <div class="film-head">
        <img class="poster" src={posterPath(film.id)} alt="" />
        <div>
          <h2>{say(film.title)}</h2>
          <p class="soft">{say(film.tagline)}</p>
          <p class="tags">
            <span class="chip chip-accent">{film.rating.label}</span>
            <span class="chip">{say(shared.minutes(film.runningTime))}</span>
            <span class="chip">{say(film.genre)}</span>
          </p>
          <p class="soft">{say(film.rating.advice)}</p>
        </div>
      </div>
      <div class="shows-list">
        <DayTabs kiosk={kiosk} programme={programme} place={place} />
        {shows.length === 0 && <p class="empty">{say(audience.noShows)}</p>}
        <ul class="rows">
          {shows.map((show) => (
            <li key={show.id}>
              <ShowRow kiosk={kiosk} show={show} place={place} />
            </li>
          ))}
        </ul>
      </div>
    </Frame>
  );
}

function DayTabs({ kiosk, programme, place }: { readonly kiosk: Kiosk; readonly programme: Programme; readonly place: ShowsPlace }) {
  return (
    <fieldset class="days" aria-label={say(audience.days)}>
      {programme.days.map((day, index) => (
        <button type="button" class="button day" key={day} aria-pressed={day === place.day} onClick={() => kiosk.go({ ...place, day })}>
          <span>{index === 0 ? say(audience.today) : index === 1 ? say(audience.tomorrow) : formatWeekday(day)}</span>
          <span class="numeric">{formatDay(day)}</span>
        </button>
      ))}
    </fieldset>
  );
}

const CLOSED: Readonly<Record<ShowClosed, keyof typeof audience & ('soldOut' | 'saleEnded' | 'showCancelled')>> = {
  'sold-out': 'soldOut',
  'sale-ended': 'saleEnded',
  cancelled: 'showCancelled',
};

function ShowRow({ kiosk, show, place }: { readonly kiosk: Kiosk; readonly show: Show; readonly place: ShowsPlace }) {
  const zone = zoneOf(kiosk);
  const closed = closedBecause(show, kiosk.now.value);
  const price = priceFrom(show);
  return (
    <button type="button" class="show" disabled={closed !== undefined} onClick={() => kiosk.openShow(place.filmId, place.day, show.id)}>
      <span class="show-time numeric">
        <strong>{formatTime(show.startsAt, zone)}</strong>
        <small>{say(audience.endsAbout(formatTime(show.endsAt, zone)))}</small>
      </span>
      <span class="show-where">
        <strong>{say(show.screenName)}</strong>
        <span class="tags">
          <span class="chip">{say(show.language)}</span>
          {show.format.map((format) => (
            <span class="chip" key={format}>
              {format}
            </span>
          ))}
        </span>
      </span>
      <span class="show-price">
        {closed ? (
          <strong class="show-closed">{say(audience[CLOSED[closed]])}</strong>
        ) : (
          <>
            <strong class="numeric">{price ? say(audience.priceFrom(formatMoney(price))) : ''}</strong>
            <small class={show.seatsLeft < show.seatsTotal * 0.15 ? 'few' : ''}>{say(audience.seatsLeft(show.seatsLeft))}</small>
          </>
        )}
      </span>
    </button>
  );
}
