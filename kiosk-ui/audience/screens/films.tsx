import type { Film, Programme, Show } from '#core/contract/box-office/programme.ts';
import { posterPath } from '../../agent/routes.ts';
import { audience } from '../../text/audience.ts';
import { formatTime } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { filmsOnSale, isOnSale } from '../model/shows.ts';
import { Frame, Waiting } from '../parts/frame.tsx';
import { zoneOf } from '../parts/order.tsx';

/** K1: every film that can still be seen, with its next three times today. */
export function FilmsScreen({ kiosk }: { readonly kiosk: Kiosk }) {
  const programme = kiosk.programme.value;
  return (
    <Frame title={say(audience.chooseFilm)} lead={say(audience.feeIncluded)} onBack={() => kiosk.back()}>
      {programme ? (
        <FilmGrid kiosk={kiosk} programme={programme} />
      ) : kiosk.programmeGone.value ? (
        <p class="empty">{say(audience.programmeGone)}</p>
      ) : (
        <Waiting text={say(shared.loading)} />
      )}
    </Frame>
  );
}

function FilmGrid({ kiosk, programme }: { readonly kiosk: Kiosk; readonly programme: Programme }) {
  const onSale = programme.shows.filter((show) => isOnSale(show, kiosk.now.value));
  const films = filmsOnSale(programme, kiosk.now.value);
  if (films.length === 0) return <p class="empty">{say(audience.noFilms)}</p>;
  return (
    <ul class="film-grid">
      {films.map((film) => (
        <li key={film.id}>
          <FilmCard kiosk={kiosk} film={film} today={programme.days[0] ?? ''} shows={onSale.filter((show) => show.filmId === film.id)} />
        </li>
      ))}
    </ul>
  );
}

interface FilmCardProps {
  readonly kiosk: Kiosk;
  readonly film: Film;
  readonly today: string;
  readonly shows: readonly Show[];
}

function FilmCard({ kiosk, film, today, shows }: FilmCardProps) {
  const zone = zoneOf(kiosk);
  const times = shows.filter((show) => show.businessDay === today).slice(0, 3);
  const day = times.length > 0 ? today : (shows[0]?.businessDay ?? today);
  return (
    <button type="button" class="film" onClick={() => kiosk.go({ at: 'shows', filmId: film.id, day })}>
      <img class="poster" src={posterPath(film.id)} alt="" loading="lazy" />
      <strong class="film-title">{say(film.title)}</strong>
      <span class="film-facts soft">
        {film.rating.label} · {say(shared.minutes(film.runningTime))}
      </span>
      <span class="film-times">
        {times.map((show) => (
          <span class="chip numeric" key={show.id}>
            {formatTime(show.startsAt, zone)}
          </span>
        ))}
        {times.length === 0 && <span class="soft">{say(audience.noShowsToday)}</span>}
      </span>
    </button>
  );
}
