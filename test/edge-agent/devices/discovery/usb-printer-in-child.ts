import { createInterface } from 'node:readline';
import { managedPrinter } from '#agent/devices/managed-device.ts';
import { systemTimers } from '#agent/runtime/clock.ts';
import { ESCPOS_PRINTER_FINGERPRINTS } from '#drivers/escpos-printer/fingerprints.ts';
import { ticketPrinterDriver } from '#drivers/ticket-printer/driver.ts';
import { usbPrinterTransport } from '#drivers/transport/usb-printer.ts';
import { job } from '#test/device-drivers/escpos-printer/printer-bench.ts';
import { createKeptMemory, languageOf, profileOf } from '#test/device-drivers/escpos-printer/printer-parts.ts';
import { say, startPluggedLobby } from './plugged-lobby.ts';

/** A USB printer as the agent has it, known by its numbers. Prints a ticket for every line on standard input. */
const options = { columns: 48, language: languageOf(profileOf('epson')), memory: createKeptMemory() };
const manager = startPluggedLobby([
  {
    wish: { device: 'printer', buses: ['usb-printer'], fingerprints: ESCPOS_PRINTER_FINGERPRINTS },
    open: ({ path }) => usbPrinterTransport({ path }, systemTimers),
    manage: (id, transport) => managedPrinter({ id, driver: ticketPrinterDriver, options, transport }),
  },
]);
createInterface({ input: process.stdin }).on('line', () => {
  void manager
    .printer('printer')
    .print(job())
    .then(({ kind }) => say({ event: 'printed', kind }));
});
