import { readSync, writeSync } from 'node:fs';
import { SerialPort } from 'serialport';

/**
 * node-serialport's binding without its detour: it hands every read and write to libuv's thread pool, which costs a gate two changes of thread between a code
 * and its release. The port is opened non-blocking (`O_NONBLOCK` in serialport_unix.cpp of bindings-cpp 13), so both calls can be made at once and return at
 * once; whatever a direct call cannot do (a full buffer, a failure) goes the library's own way, which waits and classifies as before.
 */
type Binding = typeof SerialPort.binding;
type BoundPort = Awaited<ReturnType<Binding['open']>>;
/** Ports of Linux and macOS have a file descriptor and a poller; Windows has neither, and keeps the library's way. */
type UnixPort = Extract<BoundPort, { readonly poller: unknown }>;

export const promptBinding = {
  list: SerialPort.binding.list,
  open: async (options: Parameters<Binding['open']>[0]): Promise<BoundPort> => {
    const port = await SerialPort.binding.open(options);
    return 'poller' in port ? prompt(port) : port;
  },
};

function prompt(port: UnixPort): UnixPort {
  listenWhileWriting(port);
  const readLater = port.read.bind(port);
  const writeLater = port.write.bind(port);
  port.read = async (buffer: Buffer, offset: number, length: number) => {
    await readable(port);
    if (port.fd === null) return readLater(buffer, offset, length);
    const bytesRead = attempt(port.fd, (fd) => readSync(fd, buffer, offset, length, null));
    return bytesRead > 0 ? { buffer, bytesRead } : readLater(buffer, offset, length);
  };
  port.write = async (buffer: Buffer) => {
    const written = port.fd === null ? 0 : attempt(port.fd, (fd) => writeSync(fd, buffer));
    if (written < buffer.length) await writeLater(buffer.subarray(written));
  };
  return port;
}

function readable({ poller }: UnixPort): Promise<void> {
  return new Promise((resolve, reject) => {
    poller.once('readable', (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

/** How many bytes went through; 0 when none did, whatever the reason: the library tries again and tells why. */
function attempt(fd: number, call: (fd: number) => number): number {
  try {
    return call(fd);
  } catch {
    return 0;
  }
}

/** uv.h: `UV_READABLE`, `UV_WRITABLE`. */
const READABLE = 1;
const WRITABLE = 2;

/**
 * A write that waits for room no longer keeps a device from being heard. The library's poller asks the kernel for the last thing it was told alone
 * (`uv_poll_start(…, events)` in poller.cpp of bindings-cpp 13, where it means all of them), so that a printer which stopped in the middle of a picture could not
 * say that its paper had ended. To be dropped when the library asks for all.
 */
function listenWhileWriting({ poller }: UnixPort): void {
  const poll = poller.poll.bind(poller);
  let wanted = 0;
  poller.poll = (event = 0) => {
    wanted |= event;
    poll(wanted);
  };
  poller.on('readable', () => {
    wanted &= ~READABLE;
  });
  poller.on('writable', () => {
    wanted &= ~WRITABLE;
  });
}
