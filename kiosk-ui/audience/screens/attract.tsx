import { useEffect, useState } from 'preact/hooks';
import type { Film, Programme } from '#core/contract/box-office/programme.ts';
import type { Flow } from '#core/contract/local/kiosk.ts';
import { posterPath } from '../../agent/routes.ts';
import { Icon } from '../../design/icon.tsx';
import { audience, FLOW_GONE, LOST_PART } from '../../text/audience.ts';
import { formatTime } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { zoneOf } from '../parts/order.tsx';

const POSTER_SHOWN_MS = 7_000;

/** K0. Posters above, never over the two ways in; a way that is lost is taken away and said, and a code may be held to the reader at once. */
export function AttractScreen({ kiosk }: { readonly kiosk: Kiosk }) {
  const buy = kiosk.flow('buy');
  const collect = kiosk.flow('collect');
  const scan = kiosk.flow('scan');
  const known = kiosk.flows.value.length > 0;
  const site = kiosk.lobby.value?.site;
  return (
    <section class="screen attract" aria-labelledby="screen-title">
      <h1 id="screen-title" class="visually-hidden">
        {say(audience.welcome)} {site ? say(site.name) : ''}
      </h1>
      <Marquee kiosk={kiosk} />
      <div class="ways">
        {known && <Degraded flows={[buy, collect, scan, ...kiosk.flows.value.filter(({ name }) => name === 'pay-card')]} />}
        <div class="tiles">
          {buy.available && (
            <button type="button" class="tile tile-buy" onClick={() => kiosk.go({ at: 'films' })}>
              <Icon name="ticket" />
              <span>
                <strong>{say(audience.buy)}</strong>
                <small>{say(audience.buyMore)}</small>
              </span>
            </button>
          )}
          {collect.available && (
            <button type="button" class="tile" onClick={() => kiosk.go({ at: 'enter-code' })}>
              <Icon name="scan" />
              <span>
                <strong>{say(audience.collect)}</strong>
                <small>{say(audience.collectMore)}</small>
              </span>
            </button>
          )}
        </div>
        {collect.available && scan.available && (
          <p class="invite">
            <span class="invite-phone">
              <Icon name="phone" />
            </span>
            {say(audience.scanInvite)}
          </p>
        )}
      </div>
    </section>
  );
}

function Degraded({ flows }: { readonly flows: readonly Flow[] }) {
  const gone = flows.filter((flow) => !flow.available);
  const nothing = flows.slice(0, 2).every((flow) => !flow.available);
  if (gone.length === 0) return null;
  const lost = [...new Set(gone.flatMap((flow) => flow.lost))];
  const [first] = gone;
  const what = nothing || !first ? audience.nothingAvailable : FLOW_GONE[first.name];
  return (
    <div class="banner" role="status">
      <Icon name="alert" />
      <p class="banner-text">
        <strong>{say(what)}</strong> {lost.map((part) => say(LOST_PART[part])).join(' · ')}
      </p>
    </div>
  );
}

function Marquee({ kiosk }: { readonly kiosk: Kiosk }) {
  const programme = kiosk.programme.value;
  const films = programme?.films ?? [];
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((last) => last + 1), POSTER_SHOWN_MS);
    return () => clearInterval(timer);
  }, []);
  const film = films[turn % Math.max(1, films.length)];
  if (!programme || !film) return <div class="marquee" />;
  return (
    <div class="marquee">
      <img key={`glow-${film.id}`} class="marquee-glow" src={posterPath(film.id)} alt="" />
      <img key={film.id} class="marquee-poster" src={posterPath(film.id)} alt="" />
      <div class="marquee-words" key={`words-${film.id}`}>
        <p class="eyebrow">{say(audience.nowShowing)}</p>
        <p class="marquee-title">{say(film.title)}</p>
        <p class="soft">{say(film.tagline)}</p>
        <NextShow kiosk={kiosk} programme={programme} film={film} />
      </div>
      <ul class="reel" aria-hidden="true">
        {films.slice(0, 12).map((each) => (
          <li key={each.id} data-on={each.id === film.id ? '' : undefined} />
        ))}
      </ul>
    </div>
  );
}

function NextShow({ kiosk, programme, film }: { readonly kiosk: Kiosk; readonly programme: Programme; readonly film: Film }) {
  const next = programme.shows.find(
    (show) =>
      show.filmId === film.id && show.status === 'on-sale' && Date.parse(show.startsAt) > kiosk.now.value && show.businessDay === programme.days[0],
  );
  if (!next) return null;
  return <p class="chip chip-accent">{say(audience.nextShow(formatTime(next.startsAt, zoneOf(kiosk))))}</p>;
}
