import { expect, it } from 'vitest';
import { createHostLine } from '#drivers/simulation/host-line.ts';

function setUp() {
  const told: string[] = [];
  const host = createHostLine(() => told.push('hung up'));
  const plug = (name: string) =>
    host.connect({ write: (bytes) => told.push(`${name} hears ${bytes.join()}`), drop: () => told.push(`${name} dropped`) }, () => ({
      receive: (bytes) => told.push(`${name} says ${bytes.join()}`),
    }));
  return { host, plug, told };
}

it('has one host at a time: the newest pushes the other off, whose bytes and whose end mean nothing any more', () => {
  const { host, plug, told } = setUp();
  const first = plug('first');
  const second = plug('second');
  expect(told).toEqual(['hung up', 'first dropped']);
  told.length = 0;
  first.receive(Uint8Array.of(1));
  first.closed();
  expect(host.isConnected).toBe(true);
  second.receive(Uint8Array.of(2));
  host.write(Uint8Array.of(3));
  expect(told).toEqual(['second says 2', 'second hears 3']);
});

it('is told once that a host has gone, whoever ended it, and loses what is written to nobody', () => {
  const { host, plug, told } = setUp();
  host.pull();
  host.write(Uint8Array.of(1));
  expect(told).toEqual([]);
  plug('first').closed();
  host.pull();
  expect(told).toEqual(['hung up']);
  plug('second');
  host.pull();
  expect(told).toEqual(['hung up', 'hung up', 'second dropped']);
  expect(host.isConnected).toBe(false);
});
