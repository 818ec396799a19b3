import { expect, it } from 'vitest';
import { toHex } from '#core/base/bytes.ts';
import { uidOfShown } from '#drivers/smart-card/card-simulator.ts';
import { runInOwnNetwork } from './own-network.ts';

it('cards of a real smart card service are read, before and after its restart', { timeout: 90_000 }, async () => {
  const member = `${toHex(uidOfShown('member'))} unknown challenge`;
  expect(await runInOwnNetwork(new URL('./vpcd-program.ts', import.meta.url))).toEqual([
    { 'before the service runs': 'absent port-missing' },
    { reads: [member, 'payment-card-refused', `${toHex(uidOfShown('unknown'))} iso14443a none`] },
    { 'the service is gone': 'absent link-lost' },
    { 'after its restart': [member] },
    { end: 'in order' },
  ]);
});

it('a program that reads a card is killed at every step of it, and the next one reads the card that lies there', { timeout: 120_000 }, async () => {
  expect(await runInOwnNetwork(new URL('./vpcd-killed-program.ts', import.meta.url))).toEqual([
    { 'short sessions': 60 },
    { 'when it was ready': ['challenge'] },
    { 'when the reader was asked for the number': ['challenge'] },
    { 'when the card was asked whether it pays': ['challenge'] },
    { 'when the application was chosen': ['challenge'] },
    { 'when the proof was begun': ['challenge'] },
    { 'when the proof was half done': ['challenge'] },
    { 'when the card was told': ['challenge'] },
  ]);
});

it('a service that listens and takes nobody in holds nobody up, and has its reader when it wakes', { timeout: 90_000 }, async () => {
  expect(await runInOwnNetwork(new URL('./vpcd-asleep-program.ts', import.meta.url))).toEqual([
    { 'held up': 'E-LNK-ABSENT, takes nobody in' },
    { awake: 'connected' },
  ]);
});
