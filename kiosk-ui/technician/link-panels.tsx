import type { ComponentChildren } from 'preact';
import type { TechnicianState } from '#core/contract/local/technician.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { Icon } from '../design/icon.tsx';
import { say } from '../text/language.ts';
import { PRESSURE, pressureReason, storage } from '../text/storage.ts';
import { OUTBOX_LANE, UPLINK_STATE, technician as words } from '../text/technician.ts';
import { isClockWell, isStorageWell, isUplinkWell, type Tone } from './summary.ts';
import { agoWords, spanWords } from './time-words.ts';

interface PanelsProps {
  readonly state: TechnicianState;
  readonly now: number;
}

/** What ties the machine to the rest of the cinema: what has not been confirmed yet, the data it decides by, who answers, and the time. */
export function LinkPanels({ state, now }: PanelsProps) {
  return (
    <div class="panels">
      <Uplink state={state} now={now} />
      <Validity state={state} now={now} />
      <Panel
        title={words.boxOffice}
        tone={state.boxOffice.reachable ? 'good' : 'bad'}
        word={say(state.boxOffice.reachable ? words.reachable : words.unreachable)}
      >
        <p class="staff-quiet staff-small">
          {say(spanWords(now - Date.parse(state.boxOffice.since)))} · <span class="address">{state.boxOffice.address}</span>
        </p>
        {!state.boxOffice.reachable && <p>{say(words.unreachableDo)}</p>}
      </Panel>
      <SitePanel state={state} now={now} />
      <SpeedPanel state={state} />
      <ClockPanel state={state} />
      <StoragePanel state={state} />
    </div>
  );
}

function Uplink({ state, now }: PanelsProps) {
  const { uplink } = state;
  const tone: Tone = isUplinkWell(state) ? 'good' : uplink.state === 'connecting' ? 'quiet' : 'bad';
  const waiting = uplink.lanes.some((lane) => lane.waiting > 0 || lane.dead > 0);
  return (
    <Panel title={words.uplink} tone={tone} word={say(uplink.notAccepted ? words.notAccepted : UPLINK_STATE[uplink.state])}>
      <p class="staff-quiet staff-small">
        {say(spanWords(now - Date.parse(uplink.since)))} · <span class="address">{uplink.broker}</span>
      </p>
      {uplink.notAccepted && <p>{say(words.notAcceptedDo)}</p>}
      {uplink.lastFault !== undefined && tone !== 'good' && (
        <p class="staff-small">
          {say(words.lastFault)}: <code lang="en">{uplink.lastFault}</code>
        </p>
      )}
      {!waiting && <p>{say(words.queueEmpty)}</p>}
      <table class="queue staff-small">
        <caption class="visually-hidden">{say(words.queue)}</caption>
        <thead>
          <tr>
            <th scope="col">{say(words.queue)}</th>
            <th scope="col">{say(words.waiting)}</th>
            <th scope="col">{say(words.oldest)}</th>
            <th scope="col">{say(words.through)}</th>
            <th scope="col">{say(words.dead)}</th>
          </tr>
        </thead>
        <tbody>
          {uplink.lanes.map(({ lane, waiting: count, oldest, through, dead }) => (
            <tr key={lane}>
              <th scope="row">{laneName(lane)}</th>
              <td class="numeric" data-tone={count > 0 ? 'warn' : undefined}>
                {count}
              </td>
              <td class="numeric">{oldest === undefined ? '–' : say(agoWords(oldest, now))}</td>
              <td class="numeric">{through}</td>
              <td class="numeric" data-tone={dead > 0 ? 'bad' : undefined}>
                {dead}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function laneName(lane: string): string {
  return lane === 'p0' || lane === 'p1' ? say(OUTBOX_LANE[lane]) : lane;
}

function Validity({ state: { validity, at }, now }: PanelsProps) {
  const { version, tickets, ageSeconds, lastFault } = validity;
  if (version === null) {
    return (
      <Panel title={words.validity} tone="bad" word={say(words.noData)}>
        <LastFault text={lastFault} />
      </Panel>
    );
  }
  const age = ageSeconds === null ? undefined : spanWords(ageSeconds * 1_000 + Math.max(0, now - Date.parse(at)));
  return (
    <Panel title={words.validity} tone={lastFault === undefined ? 'good' : 'warn'} word={`${say(words.dataVersion)} ${version}`}>
      <p class="staff-quiet staff-small">
        {tickets.toLocaleString('en')} {say(words.dataTickets)}
        {age && ` · ${say(words.dataAge)} ${say(words.ago(age.zh, age.en))}`}
      </p>
      <LastFault text={lastFault} />
    </Panel>
  );
}

function LastFault({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p class="staff-small">
      {say(words.lastFault)}: <code lang="en">{text}</code>
    </p>
  );
}

/** The machine's own clock is a hint; what gates decide by is the span in which the time must lie. */
function ClockPanel({ state }: { readonly state: TechnicianState }) {
  const { offsetMs, errorMs, widthMs, wallOutsideMs, contradicted } = state.clock;
  const offset = offsetMs === null ? undefined : `${offsetMs > 0 ? '+' : ''}${offsetMs} ms${errorMs === null ? '' : ` ± ${errorMs} ms`}`;
  const tone: Tone = !isClockWell(state) ? 'bad' : widthMs === null ? 'quiet' : 'good';
  return (
    <Panel title={words.clock} tone={tone} word={offset === undefined ? say(words.clockUnknown) : `${say(words.clockOffset)} ${offset}`}>
      <p class="staff-quiet staff-small">{say(widthMs === null ? words.clockUnbounded : words.clockWidth(milliseconds(widthMs)))}</p>
      {wallOutsideMs > 0 && tone === 'bad' && <p>{say(words.clockWallOff(milliseconds(wallOutsideMs)))}</p>}
      {contradicted && <p>{say(words.clockContradicted)}</p>}
    </Panel>
  );
}

function StoragePanel({ state }: { readonly state: TechnicianState }) {
  const { pressure, reasons, ledgerBytes, damaged, salvaged } = state.storage;
  const tone: Tone = pressure !== 'ample' || damaged !== undefined ? 'bad' : isStorageWell(state) ? 'good' : 'warn';
  return (
    <Panel title={storage.title} tone={tone} word={say(PRESSURE[pressure])}>
      <p class="staff-quiet staff-small">{say(storage.size(`${(ledgerBytes / 1_048_576).toFixed(1)} MB`))}</p>
      {reasons.map((reason) => (
        <p key={reason}>{say(pressureReason(reason))}</p>
      ))}
      {damaged !== undefined && <p>{say(storage.damaged)}</p>}
      {salvaged !== undefined && <p>{say(storage.salvaged)}</p>}
      <LastFault text={damaged ?? salvaged} />
    </Panel>
  );
}

/** `840 ms`, `12.5 s`, `4 min`. */
function milliseconds(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

const SITE_WORD = { alone: words.siteAlone, whole: words.siteWhole, split: words.siteSplit } as const;

function SitePanel({ state: { site }, now }: PanelsProps) {
  if (site === undefined) return null;
  return (
    <Panel title={words.site} tone={site.state === 'split' ? 'bad' : 'good'} word={say(SITE_WORD[site.state])}>
      {site.members.length > 0 && (
        <ul class="members staff-small">
          {site.members.map(({ machine, reachable, since, software, protocol, later }) => (
            <li key={machine} data-tone={reachable ? 'good' : 'bad'}>
              <Icon name={reachable ? 'check' : 'cross'} />
              <span>{machine}</span>
              <span class="staff-quiet">
                {say(reachable ? words.memberReachable : words.memberMissing)} · {say(spanWords(now - Date.parse(since)))}
                {software !== undefined && <> · {say(words.memberSoftware(software))}</>}
              </span>
              {later !== undefined && <span class="member-says">{say(words.memberLater(String(later.messages), later.first))}</span>}
              {protocol !== undefined && <span class="member-says">{say(words.memberProtocol(String(protocol)))}</span>}
            </li>
          ))}
        </ul>
      )}
      {site.state === 'split' && <p>{say(words.siteSplitDo)}</p>}
    </Panel>
  );
}

/** What a guest waits for at this machine's lanes. */
function SpeedPanel({ state: { lanes = [] } }: { readonly state: TechnicianState }) {
  const measured = lanes.filter(({ scans }) => scans > 0);
  if (measured.length === 0) return null;
  return (
    <Panel title={words.speed} tone="good" word={say(words.speedOf(String(measured.reduce((sum, { scans }) => sum + scans, 0))))}>
      <table class="queue staff-small">
        <thead>
          <tr>
            <th scope="col">{say(words.lane)}</th>
            <th scope="col">{say(words.toVerdict)}</th>
            <th scope="col">{say(words.toRelease)}</th>
          </tr>
        </thead>
        <tbody>
          {measured.map(({ lane, name, decision, release }) => (
            <tr key={lane}>
              <th scope="row">{name}</th>
              <td class="numeric">{spread(decision)}</td>
              <td class="numeric">{spread(release)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** Half of the guests waited less than the first, one in a hundred more than the second. */
function spread(of: { readonly p50: number; readonly p99: number } | undefined): string {
  return of === undefined ? '–' : `${of.p50.toFixed(1)} / ${of.p99.toFixed(1)} ms`;
}

interface PanelProps {
  readonly title: BothLanguages;
  readonly tone: Tone;
  /** How it stands, in a word or two. */
  readonly word: string;
  readonly children?: ComponentChildren;
}

function Panel({ title, tone, word, children }: PanelProps) {
  return (
    <section class="card panel-card" data-tone={tone}>
      <h2>{say(title)}</h2>
      <p class="panel-word">{word}</p>
      {children}
    </section>
  );
}
