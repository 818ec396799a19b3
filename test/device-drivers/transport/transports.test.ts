import { systemTimers } from '#agent/runtime/clock.ts';
import { FaultError } from '#core/base/fault.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { tcpTransport } from '#drivers/transport/tcp.ts';
import { usbPrinterTransport } from '#drivers/transport/usb-printer.ts';
import { describeReportTransport, describeTransport } from '#test/contract/transport.contract.ts';

describeTransport('memory', async (device) => ({ transport: memoryTransport(device), dispose: async () => undefined }));

describeReportTransport('memory', async (device) => ({ transport: memoryTransport(device), dispose: async () => undefined }));

describeTransport('TCP', async (device) => {
  const served = await serveOverTcp(device);
  if (!served.ok) throw new FaultError(served.error);
  return { transport: tcpTransport(served.value, systemTimers), dispose: served.value.close };
});

describeTransport('serial port (PTY by socat)', async (device) => {
  const served = await serveOverPty(device);
  if (!served.ok) throw new FaultError(served.error);
  return { transport: serialTransport({ path: served.value.path, baudRate: 115_200 }), dispose: served.value.close };
});

describeTransport('USB printer (a PTY stands in for its node)', async (device) => {
  const served = await serveOverPty(device);
  if (!served.ok) throw new FaultError(served.error);
  return { transport: usbPrinterTransport({ path: served.value.path }, systemTimers), dispose: served.value.close };
});
