import { broker } from './broker/broker.ts';
import { crashStates } from './crash-states/crash-states.ts';
import { devices } from './devices/devices.ts';
import { diskFull } from './disk-full/disk-full.ts';
import { ioErrors } from './io-errors/io-errors.ts';
import { kill, killOnRabbitMq } from './kill/kill.ts';
import { network } from './network/network.ts';
import type { Torture } from './torture.ts';

/** Everything that `npm run torture` knows. */
export const TORTURES: readonly Torture[] = [crashStates, ioErrors, diskFull, kill, killOnRabbitMq, network, broker, devices];
