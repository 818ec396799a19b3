import type { TechnicianState } from '#core/contract/local/technician.ts';
import { formatDate } from '../text/format.ts';
import { LOCALE, language, say } from '../text/language.ts';
import { EVENT_TYPE, technician as words } from '../text/technician.ts';

interface EventListProps {
  readonly events: TechnicianState['events'];
  /** Of the site; the browser's own until it is known. */
  readonly timeZone: string | undefined;
}

/** The last events of this machine, newest first, each with whether the box office has confirmed it. */
export function EventList({ events, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone }: EventListProps) {
  return (
    <div class="card events">
      <h2 id="events-title">{say(words.events)}</h2>
      {events.length === 0 ? (
        <p class="staff-quiet">{say(words.noEvents)}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
        <section class="events-scroll" tabIndex={0} aria-labelledby="events-title">
          <ol>
            {events.map(({ id, at, type, text, acknowledged }) => (
              <li key={id}>
                <time dateTime={at} class="numeric staff-quiet" title={formatDate(at, timeZone)}>
                  {timeOfDay(at, timeZone)}
                </time>
                <span class="event-type">{typeName(type)}</span>
                <span class="event-text">{say(text)}</span>
                <span class="event-ack" data-tone={acknowledged ? 'good' : 'warn'}>
                  {say(acknowledged ? words.confirmed : words.unconfirmed)}
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

function typeName(type: string): string {
  switch (type) {
    case 'scan':
    case 'passage':
    case 'conflict':
    case 'print':
    case 'sale':
    case 'device-health':
    case 'audit':
    case 'command':
      return say(EVENT_TYPE[type]);
    default:
      // An event of a newer agent.
      return type;
  }
}

/** With seconds: a technician compares it with what he has just done. */
function timeOfDay(iso: string, timeZone: string): string {
  return new Date(iso).toLocaleTimeString(LOCALE[language.value], { timeZone, hourCycle: 'h23' });
}
