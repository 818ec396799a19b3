import { EventBody, type OutboxLane } from '#core/contract/wire/events.ts';

/** Of a machine's outbox, as it stands on the disk. */
export interface OutboxRow {
  readonly lane: OutboxLane;
  readonly seq: number;
  readonly event_id: string;
  readonly type: EventBody['t'];
  readonly body: string;
}

/** An event that a commit has put into a machine's outbox. A class, because an accessor in a literal is made anew for every event. */
export class CommittedEvent {
  readonly machine: string;
  readonly life: number;
  readonly epoch: string;
  readonly lane: OutboxLane;
  readonly seq: number;
  readonly id: string;
  readonly body: EventBody;
  /** The body's text on the disk. */
  readonly written: string;

  constructor(machine: string, life: number, epoch: string, { lane, seq, event_id, type, body }: OutboxRow) {
    this.machine = machine;
    this.life = life;
    this.epoch = epoch;
    this.lane = lane;
    this.seq = seq;
    this.id = event_id;
    this.body = { t: type, d: JSON.parse(body) };
    this.written = body;
  }

  /** As the box office writes it, whose door reads every event by the contract. */
  get text(): string {
    return `${this.id} ${this.body.t} ${JSON.stringify(EventBody.parse(this.body).d)}`;
  }
}
