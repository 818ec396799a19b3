import type { CharacterSet } from '../ticket-printer/paper/characters.ts';

/** What one model of Star printer can do. Written as data in `profiles/`, each capability with where it is known from. */
export interface StarProfile {
  readonly name: string;
  /**
   * `etb-counter`: its status counts what it is through with [ETB]. `print-end`: it answers with the name of the job, and a job is a document that it does not
   * keep for later when it cannot be printed [ESC GS ETX]. `none`: neither; nothing is ever called printed.
   */
  readonly fence: 'etb-counter' | 'print-end' | 'none';
  /** `star`: a cut paper is held at the output until it is taken, or drawn back [ESC SYN]. */
  readonly presenter: 'none' | 'star';
  /** Which letters it has. A line with one that it has not is drawn and sent as a picture. */
  readonly characters: CharacterSet;
  /** Whether it draws QR symbols itself [ESC GS y]; otherwise they are sent as pictures. */
  readonly qr: 'firmware' | 'picture';
}
