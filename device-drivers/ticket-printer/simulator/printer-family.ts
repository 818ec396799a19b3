import type { CodePage } from '../paper/characters.ts';
import type { Condition } from './condition.ts';
import type { Parsed, ReceivedCommand } from './received-command.ts';

/** What a family of simulated printers brings to the machine that all of them share: how it reads bytes, and what it says. */
export interface PrinterFamily {
  /** Holds its paper at the output. `at-cut`: each cut paper goes there by itself. */
  readonly presenter: 'none' | 'ordered' | 'at-cut';
  /** It has Chinese letters, and begins with them. */
  readonly chinese: boolean;
  /** It draws QR symbols itself. */
  readonly qr: boolean;
  /** Which characters stand in the table of that number; undefined when it has no such table. */
  tableOf(number: number): CodePage | undefined;
  /** The command that begins at `at`, or `incomplete` when its end has not arrived. */
  parse(bytes: Uint8Array, at: number): Parsed;
  voice(machine: SpeakingMachine): PrinterVoice;
}

/** The machine as its voice sees it. */
export interface SpeakingMachine {
  condition(): Condition;
  /** It has received what it has not printed. */
  isHolding(): boolean;
  /** Forgets all that was received and not printed. */
  clear(): void;
  /** Confirmations get lost on their way. */
  echoesAreLost(): boolean;
  write(bytes: Uint8Array): void;
}

export interface PrinterVoice {
  /** Sees each byte of one connection as it arrives, obeys real-time commands at once, and hands everything on to the buffer. */
  receiver(buffer: (bytes: Uint8Array) => void): (bytes: Uint8Array) => void;
  /** A command out of the buffer that asks nothing of the paper. Reached only when all before it is on paper. */
  obey(command: ReceivedCommand): void;
  /** Something may have changed. */
  tell(): void;
  /** As after power-on. */
  restart(): void;
}
