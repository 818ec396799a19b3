import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { milliseconds, seconds } from '#core/base/time.ts';
import { LaneId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';
import type { SoundName } from '../../../kiosk-ui/gate/faces.ts';
import { createGate, createLobbyReader } from '../../../kiosk-ui/gate/gate-model.ts';
import { admitted, gateView, refusedFor, showing, TICKET } from '../support/sample-gate.ts';
import { LOBBY } from '../support/sample-lobby.ts';
import { createScriptedAgent } from '../support/scripted-agent.ts';

function openGate() {
  const scripted = createScriptedAgent({});
  const sounds: SoundName[] = [];
  const gate = createGate({ agent: scripted.agent, lobby: signal(LOBBY), lane: 'lane-1', onSound: (sound) => sounds.push(sound) });
  return { ...scripted, gate, sounds, see: (view: GateView) => scripted.push({ kind: 'gate', gate: view }) };
}

test('a check that is over within 0.3 s is never shown', async () => {
  const { gate, see, time } = openGate();
  see(gateView({ state: 'checking' }));
  await time.advance(milliseconds(299));
  expect(gate.message.value.face).toBe('ready');
  see(showing(admitted()));
  await time.advance(milliseconds(500));
  expect(gate.message.value.face).toBe('enter');
  see(gateView({ state: 'checking' }));
  await time.advance(milliseconds(300));
  expect(gate.message.value.face).toBe('checking');
});

test('every verdict sounds once, each guest of a party again, and a repeated view not at all', () => {
  const { see, sounds } = openGate();
  see(gateView());
  const party = admitted({ kind: 'enter-group', ticket: { ...TICKET, used: 1, admits: 2 } });
  see(showing(party));
  see({ ...showing(party), online: false });
  see(showing({ ...party, ticket: { ...TICKET, used: 2, admits: 2 } }));
  see(gateView({ state: 'checking' }));
  see(showing(refusedFor('already-used')));
  expect(sounds).toEqual(['three-rising', 'three-rising', 'three-short']);
});

test('the same refusal twice is heard twice', () => {
  const { see, sounds } = openGate();
  see(gateView());
  see(showing(refusedFor('refunded')));
  see(showing(refusedFor('refunded')));
  expect(sounds).toEqual(['falling', 'falling']);
});

test('another lane of the same machine is none of its business', () => {
  const { gate, see } = openGate();
  see({ ...showing(admitted()), lane: LaneId.parse('lane-2') });
  expect(gate.view.value).toBeUndefined();
});

test('the age of the data goes on while the network is away', async () => {
  const { gate, see, time } = openGate();
  see(gateView({ online: false, dataAgeSeconds: 40 }));
  await time.advance(seconds(20));
  expect(gate.dataAge.value).toBe(60);
  see(gateView({ online: false, dataAgeSeconds: null }));
  expect(gate.dataAge.value).toBeNull();
});

test('a closed gate leaves no timer behind', async () => {
  const { gate, see, time } = openGate();
  see(gateView({ state: 'checking' }));
  gate.close();
  expect(time.pendingTimers()).toBe(0);
});

test('the lobby is asked for again until its cinema is known', async () => {
  const { agent, time, script, calls } = createScriptedAgent({});
  const reader = createLobbyReader(agent);
  await time.settle();
  expect(reader.lobby.value).toBeUndefined();
  script.readLobby = () => ({ kind: 'done', value: { ...LOBBY, site: null } });
  await time.advance(seconds(2));
  expect(reader.lobby.value?.machine).toBe('kiosk-01');
  script.readLobby = () => ({ kind: 'done', value: LOBBY });
  await time.advance(seconds(2));
  expect(reader.lobby.value?.site).not.toBeNull();
  await time.advance(seconds(30));
  expect(calls).toHaveLength(3);
});
