import type { Timers } from '#core/ports/clock.ts';
import type { LampColour } from '#core/ports/indicator.ts';
import type { Lamp } from '../light-signals/tower-levels.ts';
import type { SimulatedGate } from '../simulation/simulated-gate.ts';
import type { SimulatedLight } from '../simulation/simulated-light.ts';
import { createTurnstile } from '../simulation/turnstile.ts';
import { createRelayBoardSimulator } from './relay-board-simulator.ts';

export interface LcusGateSimulatorOptions {
  readonly timers: Timers;
  readonly channel: number;
  /** Says its levels when it is asked. */
  readonly answers: boolean;
}

/** A module with a turnstile on one contact, and nothing that sees who goes through it. */
export function createLcusGateSimulator({ timers, channel, answers }: LcusGateSimulatorOptions): SimulatedGate {
  const turnstile = createTurnstile({ timers, onChange: () => tell() });
  const board = createRelayBoardSimulator({
    class: 'gate-controller',
    channels: Math.max(channel, answers ? 2 : 1),
    answers,
    onContact: (moved, isClosed) => {
      if (moved === channel) turnstile.hold(isClosed);
    },
  });
  const { tell } = board;
  return {
    ...board,
    state: turnstile.state,
    setPerson: turnstile.setPerson,
    push: (direction = 'entry') => turnstile.push(direction),
  };
}

/** From the top, as towers are built. */
const ORDER: readonly LampColour[] = ['red', 'amber', 'green', 'blue', 'white'];

/** A module with lamps and a buzzer on its contacts. */
export function createLcusTowerSimulator({ lamps }: { readonly lamps: Partial<Readonly<Record<Lamp, number>>> }): SimulatedLight {
  const board = createRelayBoardSimulator({ class: 'indicator', channels: Math.max(...Object.values(lamps)), answers: true });
  const isOn = (lamp: Lamp): boolean => {
    const channel = lamps[lamp];
    return channel !== undefined && board.isClosed(channel);
  };
  return {
    ...board,
    lamps: () => ORDER.filter((colour) => lamps[colour] !== undefined).map((colour) => ({ colour, isOn: isOn(colour) })),
    isSounding: () => isOn('buzzer'),
  };
}
