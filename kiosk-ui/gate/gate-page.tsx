import { useEffect, useMemo } from 'preact/hooks';
import type { GateView } from '#core/contract/local/live.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { type Agent, createBrowserAgent } from '../agent/agent.ts';
import type { CallValue } from '../agent/call.ts';
import { Icon } from '../design/icon.tsx';
import { gate as words } from '../text/gate.ts';
import { LOCALE } from '../text/language.ts';
import './gate.css';
import { createGate, createLobbyReader, type Gate } from './gate-model.ts';
import { agoWords } from './message.ts';
import { createSoundPlayer, type SoundPlayer } from './sound-player.ts';
import { VerdictFace } from './verdict-face.tsx';

/** `/gate` on a machine with one lane, `/gate?lane=lane-2` or `/gate/lane-2` on one with several. */
function wantedLane(): string | undefined {
  return new URLSearchParams(location.search).get('lane') ?? location.pathname.split('/')[2];
}

export function GatePage() {
  const agent = useMemo(createBrowserAgent, []);
  const reader = useMemo(() => createLobbyReader(agent), [agent]);
  useEffect(() => {
    document.documentElement.lang = LOCALE.zh;
    return reader.close;
  }, [reader]);
  const lobby = reader.lobby.value;
  const wanted = wantedLane();
  const lanes = lobby?.lanes ?? [];
  const lane = lanes.find(({ id }) => id === wanted) ?? (wanted === undefined && lanes.length === 1 ? lanes[0] : undefined);
  if (lobby !== undefined && lane === undefined) return <NoLane wanted={wanted} lanes={lanes} />;
  // The lane that was asked for is watched at once; whether there is such a one is known a moment later.
  const id = lane?.id ?? wanted;
  if (id === undefined) return <main class="gate" aria-busy="true" />;
  return <LaneScreen key={id} agent={agent} lobby={reader.lobby} lane={id} />;
}

interface LaneScreenProps {
  readonly agent: Agent;
  readonly lobby: ReturnType<typeof createLobbyReader>['lobby'];
  readonly lane: string;
}

function LaneScreen({ agent, lobby, lane }: LaneScreenProps) {
  const sounds = useMemo(createSoundPlayer, []);
  const gate = useMemo(() => createGate({ agent, lobby, lane, onSound: sounds.play }), [agent, lobby, lane, sounds]);
  useEffect(
    () => () => {
      gate.close();
      sounds.close();
    },
    [gate, sounds],
  );
  const name = gate.view.value?.name ?? lane;
  useEffect(() => {
    document.title = `${name} · ${words.title.zh}`;
  }, [name]);
  return (
    <div class="gate">
      <main class="gate-face">
        <VerdictFace message={gate.message.value} heading="h1" />
      </main>
      {gate.view.value && <Notices view={gate.view.value} />}
      <Foot gate={gate} sounds={sounds} name={name} />
    </div>
  );
}

/** What an usher who walks past must know, and a guest need not: gates that cannot be asked, and tickets that were let in twice. */
function Notices({ view: { missingGates, openConflicts } }: { readonly view: GateView }) {
  if (missingGates.length === 0 && openConflicts === 0) return null;
  return (
    <div class="gate-notices" role="status">
      {missingGates.length > 0 && (
        <p class="gate-notice" data-kind="missing">
          <Icon name="alert" />
          <span>
            <Both words={words.missingGates(missingGates.join(' · '))} /> <Both words={words.missingMore} />
          </span>
        </p>
      )}
      {openConflicts > 0 && (
        <p class="gate-notice" data-kind="conflict">
          <Icon name="twice" />
          <Both words={words.conflicts(String(openConflicts))} />
        </p>
      )}
    </div>
  );
}

function Foot({ gate, sounds, name }: { readonly gate: Gate; readonly sounds: SoundPlayer; readonly name: string }) {
  const view = gate.view.value;
  return (
    <footer class="gate-foot">
      <p class="gate-name">{name}</p>
      {view && <Connection gate={gate} view={view} />}
      {view && (
        <dl class="gate-counts">
          <Count words={words.passed} value={view.counts.passed} />
          <Count words={words.refused} value={view.counts.refused} />
          <Count words={words.notPassed} value={view.counts.notPassed} />
          <Count words={words.inside} value={view.counts.inside} />
        </dl>
      )}
      {sounds.isMuted.value && (
        <button type="button" class="button gate-sound" onClick={sounds.unmute}>
          <Both words={words.soundOff} />
        </button>
      )}
    </footer>
  );
}

function Connection({ gate, view }: { readonly gate: Gate; readonly view: GateView }) {
  const isOnline = view.online && gate.link.value === 'live';
  return (
    <p class="gate-link" data-online={isOnline ? '' : undefined}>
      <svg
        class="icon"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
      >
        <path d="M7 19h10a4 4 0 0 0 .6-7.950A6 6 0 0 0 6 10.500 4.300 4.300 0 0 0 7 19Z" />
        {!isOnline && <path d="M4 21 20 5" />}
      </svg>
      <span>
        <Both words={isOnline ? words.online : words.offline} />
        {!isOnline && <Both words={ageWords(gate.dataAge.value)} />}
      </span>
    </p>
  );
}

function ageWords(age: number | null): BothLanguages {
  if (age === null) return words.dataUnknown;
  const { zh, en } = agoWords(age * 1_000);
  return words.dataAge(zh, en);
}

function Count({ words: { zh, en }, value }: { readonly words: BothLanguages; readonly value: number }) {
  return (
    <div>
      <dt>
        <Both words={{ zh, en }} />
      </dt>
      <dd class="numeric">{value}</dd>
    </div>
  );
}

function Both({ words: { zh, en } }: { readonly words: BothLanguages }) {
  return (
    <span class="both">
      <span lang={LOCALE.zh}>{zh}</span> <span lang={LOCALE.en}>{en}</span>
    </span>
  );
}

function NoLane({ wanted, lanes }: { readonly wanted: string | undefined; readonly lanes: CallValue<'readLobby'>['lanes'] }) {
  const title = lanes.length === 0 ? words.noLane : wanted === undefined ? words.chooseLane : words.otherLane(wanted);
  return (
    <main class="gate-choice">
      <h1>
        <Both words={title} />
      </h1>
      <ul>
        {lanes.map(({ id, name }) => (
          <li key={id}>
            <a class="button button-primary button-wide" href={`/gate?lane=${encodeURIComponent(id)}`}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}
