import { type ReadonlySignal, signal } from '@preact/signals';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { BenchCard, BenchState } from '#core/contract/local/bench.ts';
import type { Agent } from '../agent/agent.ts';
import type { CallAnswer, CallValue } from '../agent/call.ts';
import type { LinkState } from '../agent/live.ts';

type BenchCall = 'present' | 'setFault' | 'setPerson' | 'presentCard' | 'showCard' | 'refillPaper' | 'tearOff' | 'takePaper' | 'setNetwork';

/** What a guest can do at a simulated card terminal. */
export type CardAct = 'good' | 'declined' | 'wrong-pin' | 'stop';

/** What the bench last did, told in one line. `number` tells the same words said twice apart. */
export type BenchNews =
  | { readonly kind: 'presented'; readonly device: string; readonly number: number }
  | { readonly kind: 'no-code'; readonly number: number }
  | { readonly kind: 'failed'; readonly number: number };

/** The simulated devices, and what can be done to them. */
export interface Bench {
  readonly state: ReadonlySignal<BenchState | undefined>;
  readonly lobby: ReadonlySignal<CallValue<'readLobby'> | undefined>;
  readonly link: ReadonlySignal<LinkState>;
  readonly news: ReadonlySignal<BenchNews | undefined>;
  /** The paper whose code is being read from its picture. */
  readonly readingPaper: ReadonlySignal<number | undefined>;
  present(scanner: DeviceId, text: string): Promise<void>;
  /** Reads the code from the picture of a paper, as a scanner would, and presents what it said. */
  presentPaper(scanner: DeviceId, paper: { readonly printer: DeviceId; readonly number: number }): Promise<void>;
  setFault(device: DeviceId, fault: string, on: boolean): Promise<void>;
  setPerson(device: DeviceId, person: 'walks-through' | 'walks-away' | 'stands-still' | 'push'): Promise<void>;
  presentCard(device: DeviceId, card: CardAct): Promise<void>;
  showCard(device: DeviceId, card: BenchCard): Promise<void>;
  refill(device: DeviceId): Promise<void>;
  tearOff(device: DeviceId): Promise<void>;
  takePaper(device: DeviceId): Promise<void>;
  setNetwork(wires: { readonly broker?: boolean; readonly boxOffice?: boolean; readonly site?: boolean }): Promise<void>;
  close(): void;
}

export interface BenchOptions {
  readonly agent: Agent;
  /** The text of the code on a paper's picture; undefined when there is none. */
  readonly readPaper: (printer: DeviceId, number: number) => Promise<string | undefined>;
}

export function createBench({ agent, readPaper }: BenchOptions): Bench {
  const state = signal<BenchState | undefined>(undefined);
  const lobby = signal<CallValue<'readLobby'> | undefined>(undefined);
  const news = signal<BenchNews | undefined>(undefined);
  const readingPaper = signal<number | undefined>(undefined);
  let told = 0;

  const readLobby = async (): Promise<void> => {
    const answer = await agent.call('readLobby');
    if (answer.kind === 'done') lobby.value = answer.value;
  };
  const link = agent.live({
    topic: 'bench',
    onMessage: (message) => {
      if (message.kind === 'bench') state.value = message.state;
      else if (message.kind === 'welcome') void readLobby();
    },
  });
  /** True when it was done. */
  const take = (answer: CallAnswer<BenchCall>): boolean => {
    if (answer.kind === 'done') {
      state.value = answer.value.state;
      return true;
    }
    news.value = { kind: 'failed', number: ++told };
    return false;
  };
  const present = async (scanner: DeviceId, text: string): Promise<void> => {
    const answer = await agent.call('present', { params: { device: scanner }, body: { text } });
    if (take(answer)) news.value = { kind: 'presented', device: scanner, number: ++told };
  };

  return {
    state,
    lobby,
    link: link.state,
    news,
    readingPaper,
    present,
    presentPaper: async (scanner, { printer, number }) => {
      if (readingPaper.value !== undefined) return;
      readingPaper.value = number;
      try {
        const text = await readPaper(printer, number);
        if (text === undefined) news.value = { kind: 'no-code', number: ++told };
        else await present(scanner, text);
      } catch {
        // The picture or the decoder did not come, as the rest of a page whose agent is away: the person is told, and tries again.
        news.value = { kind: 'failed', number: ++told };
      } finally {
        readingPaper.value = undefined;
      }
    },
    setFault: async (device, fault, on) => void take(await agent.call('setFault', { params: { device }, body: { fault, on } })),
    setPerson: async (device, person) => void take(await agent.call('setPerson', { params: { device }, body: { person } })),
    presentCard: async (device, card) => void take(await agent.call('presentCard', { params: { device }, body: { card } })),
    showCard: async (device, card) => void take(await agent.call('showCard', { params: { device }, body: { card } })),
    refill: async (device) => void take(await agent.call('refillPaper', { params: { device } })),
    tearOff: async (device) => void take(await agent.call('tearOff', { params: { device } })),
    takePaper: async (device) => void take(await agent.call('takePaper', { params: { device } })),
    setNetwork: async (wires) => void take(await agent.call('setNetwork', { body: wires })),
    close: link.close,
  };
}

/** Which place a scanner stands at, told from its name; the bench's contract knows devices and no places. */
export function placeOf(device: string): 'gate' | 'kiosk' | undefined {
  if (/gate|lane/.test(device)) return 'gate';
  return /kiosk/.test(device) ? 'kiosk' : undefined;
}
