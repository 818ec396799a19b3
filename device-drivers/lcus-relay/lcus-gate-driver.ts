import { assert } from '#core/base/fault.ts';
import type { Driver } from '#core/ports/driver.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import { connectRelayGate, type RelayGateOptions } from '../relay-gate/relay-gate.ts';
import { createRelayLine } from './relay-line.ts';

/** A barrier behind a serial relay module. LCUS-1 says nothing at all; larger modules say their levels when they are asked. */
export const lcusGateDriver: Driver<GateController, RelayGateOptions> = {
  name: 'lcus-gate',
  trace: 'no-words',
  connect: async (context, options) => {
    assert(options.channel >= 1, 'channels are counted from 1');
    return connectRelayGate(context, options, createRelayLine);
  },
};
