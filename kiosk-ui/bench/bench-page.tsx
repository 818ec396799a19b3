import { useEffect, useMemo } from 'preact/hooks';
import { unreachable } from '#core/base/fault.ts';
import type { BenchDevice, BenchState } from '#core/contract/local/bench.ts';
import { type Agent, createBrowserAgent } from '../agent/agent.ts';
import { StaffFrame, StaffWaiting } from '../design/staff-frame.tsx';
import { createGate, type Gate } from '../gate/gate-model.ts';
import { bench as words } from '../text/bench.ts';
import { say } from '../text/language.ts';
import './bench.css';
import './printer.css';
import './gate.css';
import './lines.css';
import './terminal.css';
import './light.css';
import { type Bench, createBench } from './bench-model.ts';
import { CardReaderCard } from './card-reader-card.tsx';
import { GateCard } from './gate-card.tsx';
import { Guide } from './guide.tsx';
import { LightCard } from './light-card.tsx';
import { readPaperCode } from './paper-code.ts';
import { PrinterCard } from './printer-card.tsx';
import { ScannerCard } from './scanner-card.tsx';
import { TerminalCard } from './terminal-card.tsx';
import { WiresCard } from './wires-card.tsx';

export function BenchPage() {
  const agent = useMemo(createBrowserAgent, []);
  const bench = useMemo(() => createBench({ agent, readPaper: readPaperCode }), [agent]);
  useEffect(() => bench.close, [bench]);
  const state = bench.state.value;
  const isReal = bench.lobby.value?.simulated === false;
  return (
    <StaffFrame page="bench" title={words.title} link={bench.link.value} hasBench={!isReal}>
      {isReal ? <NotSimulated /> : state === undefined ? <StaffWaiting /> : <Lobby agent={agent} bench={bench} state={state} />}
    </StaffFrame>
  );
}

function NotSimulated() {
  return (
    <main class="staff-waiting">
      <h1>{say(words.notSimulated)}</h1>
      <p>
        {say(words.notSimulatedMore)} <a href="/technician">{say(words.openTechnician)}</a>
      </p>
    </main>
  );
}

interface LobbyProps {
  readonly agent: Agent;
  readonly bench: Bench;
  readonly state: BenchState;
}

function Lobby({ agent, bench, state }: LobbyProps) {
  const of = <Class extends BenchDevice['class']>(kind: Class) =>
    state.devices.filter((device): device is Extract<BenchDevice, { class: Class }> => device.class === kind);
  const printers = of('ticket-printer');
  const scanners = of('scanner');
  const controllers = of('gate-controller');
  const terminals = of('payment-terminal');
  const lights = of('indicator');
  const gates = useGates(agent, bench);
  return (
    <main class="staff-main bench">
      <Guide printer={printers[0]?.device} />
      <div class="bench-columns">
        <div class="bench-column">
          {printers.map((printer) => (
            <PrinterCard key={printer.device} bench={bench} printer={printer} scanners={scanners.map(({ device }) => device)} />
          ))}
          {terminals.map((terminal) => (
            <TerminalCard key={terminal.device} bench={bench} terminal={terminal} />
          ))}
          <WiresCard bench={bench} network={state.network} />
        </div>
        <div class="bench-column">
          {controllers.map((controller) => (
            <GateCard key={controller.device} bench={bench} controller={controller} gate={gates.get(controller.device)} />
          ))}
          {lights.map((light) => (
            <LightCard key={light.device} bench={bench} light={light} />
          ))}
          <ScannerCard bench={bench} scanners={scanners} />
          {of('card-reader').map((reader) => (
            <CardReaderCard key={reader.device} bench={bench} reader={reader} />
          ))}
        </div>
      </div>
      <News bench={bench} />
    </main>
  );
}

/** The screens of the lanes, in the order in which the machine names them, which is that of their gates. */
/** The screen of each lane, by the device that opens it. */
function useGates(agent: Agent, bench: Bench): ReadonlyMap<string, Gate> {
  const lanes = bench.lobby.value?.lanes.map(({ id, gate }) => `${gate} ${id}`).join('\n') ?? '';
  const gates = useMemo(
    () =>
      new Map(
        lanes
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split(' '))
          .map(([device = '', lane = '']) => [device, createGate({ agent, lobby: bench.lobby, lane })]),
      ),
    [agent, bench, lanes],
  );
  useEffect(
    () => () => {
      for (const gate of gates.values()) gate.close();
    },
    [gates],
  );
  return gates;
}

function News({ bench }: { readonly bench: Bench }) {
  const news = bench.news.value;
  return (
    <p class="news" role="status" data-kind={news?.kind}>
      {news && (
        <span class="news-words" key={news.number}>
          {newsWords(news)}
        </span>
      )}
    </p>
  );
}

function newsWords(news: NonNullable<Bench['news']['value']>): string {
  switch (news.kind) {
    case 'presented':
      return say(words.presented(news.device));
    case 'no-code':
      return say(words.noCode);
    case 'failed':
      return say(words.failed);
    default:
      return unreachable(news);
  }
}
