import { systemClock as clock, systemRandom as random } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import { pn532Driver } from '#drivers/pn532-reader/pn532-driver.ts';
import { BENCH_PROOF } from '#drivers/smart-card/card-simulator.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { dieAt, dyingTransport } from '#test/support/dying-transport.ts';
import { connectAgain } from '#test/support/killed-program.ts';
import { patientWith } from '#test/support/patient-timers.ts';

/** A program that reads cards and dies, as by a power cut, at a write or when the card was `told`: `<port> <point>`. */
const [path = '', point = ''] = process.argv.slice(2);
const timers = patientWith(LIMITS.cards.pn532.acknowledgeWithin, LIMITS.cards.pn532.answerWithin);
const transport = dyingTransport(serialTransport({ path, baudRate: 115_200 }), point);
const context = { device: 'reader', transport, clock, timers, onHealth: () => undefined };
const session = await connectAgain(() => pn532Driver.connect(context, { random, proof: BENCH_PROOF }));
session.port.onCard(() => dieAt('told', point));
