import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { DeviceId } from '../identifiers.ts';
import { BenchCard, BenchState } from './bench.ts';

/** The rows of the device bench: there while devices are simulated, and on no other machine. */

const device = z.strictObject({ device: DeviceId });
const bench = z.strictObject({ state: BenchState });

export const benchApi = {
  readBench: endpoint({ method: 'GET', path: '/api/bench', summary: 'The simulated devices', answers: { 200: BenchState } }),
  present: endpoint({
    method: 'POST',
    path: '/api/bench/scanners/:device/present',
    summary: 'Hold a code in front of a simulated scanner: exactly these bytes come down its line',
    params: device,
    body: z.union([z.strictObject({ text: z.string().max(4_096) }), z.strictObject({ hex: z.string().max(8_192) })]),
    answers: { 200: bench },
  }),
  setFault: endpoint({
    method: 'POST',
    path: '/api/bench/devices/:device/faults',
    summary: 'Break or mend a simulated device',
    params: device,
    body: z.strictObject({ fault: z.string().max(40), on: z.boolean() }),
    answers: { 200: bench },
  }),
  setPerson: endpoint({
    method: 'POST',
    path: '/api/bench/gates/:device/person',
    summary: 'What the person at the gate does; `stands-still` steps in and stays, `push` walks through a closed barrier once',
    params: device,
    body: z.strictObject({ person: z.enum(['walks-through', 'walks-away', 'stands-still', 'push']) }),
    answers: { 200: bench },
  }),
  presentCard: endpoint({
    method: 'POST',
    path: '/api/bench/terminals/:device/card',
    summary: 'Hold a card to a simulated terminal, or press its red key (`stop`); nothing happens when it does not wait for a card',
    params: device,
    body: z.strictObject({ card: z.enum(['good', 'declined', 'expired', 'unreadable', 'wrong-pin', 'stop']) }),
    answers: { 200: bench },
  }),
  showCard: endpoint({
    method: 'POST',
    path: '/api/bench/card-readers/:device/card',
    summary: 'Hold a card to a simulated card reader, and take it away again',
    params: device,
    body: z.strictObject({ card: BenchCard }),
    answers: { 200: bench },
  }),
  refillPaper: endpoint({
    method: 'POST',
    path: '/api/bench/printers/:device/refill',
    summary: 'A new roll',
    params: device,
    answers: { 200: bench },
  }),
  tearOff: endpoint({
    method: 'POST',
    path: '/api/bench/printers/:device/tear-off',
    summary: 'Take the papers away',
    params: device,
    answers: { 200: bench },
  }),
  takePaper: endpoint({
    method: 'POST',
    path: '/api/bench/printers/:device/take',
    summary: 'Take the paper that a printer holds at its output',
    params: device,
    answers: { 200: bench },
  }),
  setNetwork: endpoint({
    method: 'POST',
    path: '/api/bench/network',
    summary: 'Cut or join the wires to the broker, the box office and the other gates',
    body: z.strictObject({ broker: z.boolean().optional(), boxOffice: z.boolean().optional(), site: z.boolean().optional() }),
    answers: { 200: bench },
  }),
} as const;
