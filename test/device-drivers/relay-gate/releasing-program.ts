import { systemClock as clock } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, plus, seconds } from '#core/base/time.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { dieAt, dyingTransport } from '#test/support/dying-transport.ts';
import { connectAgain } from '#test/support/killed-program.ts';
import { patientWith } from '#test/support/patient-timers.ts';
import { killedGate } from './killed-gates.ts';

/** A program that releases a barrier once and dies at the named point, as by a power cut: `<gate> <port> <pulse in ms> <point>`. */
const [name = '', path = '', pulse = '', point = ''] = process.argv.slice(2);
const transport = dyingTransport(serialTransport({ path, baudRate: 9_600 }), point);
const timers = patientWith(LIMITS.lcus.replyTimeout, LIMITS.modbus.replyTimeout);
const session = await connectAgain(() => killedGate(name).connect({ device: 'gate', transport, clock, timers, onHealth: () => undefined }));
dieAt('ready', point);
await session.port.release({
  reason: { kind: 'admission', id: 's' },
  pulse: milliseconds(Number(pulse)),
  deadline: plus(clock.monotonic(), seconds(2)),
});
dieAt('answered', point);
