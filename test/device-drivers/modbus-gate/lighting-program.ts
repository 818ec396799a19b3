import { systemClock as clock } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import { modbusTowerDriver } from '#drivers/modbus-gate/modbus-tower-driver.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { dieAt, dyingTransport } from '#test/support/dying-transport.ts';
import { connectAgain } from '#test/support/killed-program.ts';
import { patientWith } from '#test/support/patient-timers.ts';

/** A program that shows green on a tower and dies at the named point, as by a power cut: `<port> <point>`. */
const [path = '', point = ''] = process.argv.slice(2);
const transport = dyingTransport(serialTransport({ path, baudRate: 9_600 }), point);
const timers = patientWith(LIMITS.modbus.replyTimeout);
const context = { device: 'light', transport, clock, timers, onHealth: () => undefined };
const session = await connectAgain(() => modbusTowerDriver.connect(context, { unit: 2, lamps: { red: 0, green: 2 } }));
dieAt('ready', point);
session.port.show({ light: { colour: 'green', rhythm: 'steady' }, beeps: 'none', words: '' });
