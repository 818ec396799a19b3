/** What a provider tells by itself, once it was proven to come from it. */
export interface Notification {
  /** The provider's own; the same when it is told again. */
  readonly id: string;
  readonly merchantOrder: string;
}

/** How one provider tells: its proof, and the words in which it wants to be answered. */
export interface NotificationReader {
  /** Undefined for everything that is not certainly the provider's, of this merchant, and of now. Never throws. */
  read(headers: Headers, body: string): Notification | undefined;
  readonly heard: NotificationAnswer;
  readonly refused: NotificationAnswer;
}

export interface NotificationAnswer {
  readonly status: number;
  readonly type: 'application/json' | 'text/plain';
  readonly body: string;
}
