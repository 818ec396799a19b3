/** What can go wrong around kiosk, store, wire, printer and gate, what we promise, and by which tests the promise is kept. */
export interface Row {
  readonly fault: string;
  readonly promise: string;
  readonly proofs: readonly Proof[];
}

export type Proof =
  /** Tests of one file, by their names; the file from the root. */
  | { readonly file: string; readonly tests: readonly string[] }
  /** A torture, and words of its own that name the case in one of its files. */
  | { readonly torture: string; readonly cases: readonly string[] }
  /** A rule of test/architecture/repository-rules.ts, by its name. */
  | { readonly rule: string };

const store = (name: string, ...tests: readonly string[]): Proof => ({ file: `test/edge-agent/store/${name}.test.ts`, tests });
const ledger = (name: string, ...tests: readonly string[]): Proof => ({ file: `test/edge-agent/ledger/${name}.test.ts`, tests });
const uplink = (name: string, ...tests: readonly string[]): Proof => ({ file: `test/edge-agent/uplink/${name}.test.ts`, tests });
const kiosk = (name: string, ...tests: readonly string[]): Proof => ({ file: `test/edge-agent/kiosk/${name}.test.ts`, tests });
const lane = (...tests: readonly string[]): Proof => ({ file: 'test/edge-agent/lanes/gate-lane.test.ts', tests });
const gateBoard = (...tests: readonly string[]): Proof => ({ file: 'test/device-drivers/modbus-gate/modbus-gate-driver.test.ts', tests });
const validity = (name: string, ...tests: readonly string[]): Proof => ({ file: `test/edge-agent/validity/${name}.test.ts`, tests });
const torture = (name: string, ...cases: readonly string[]): Proof => ({ torture: name, cases });

const STORE: readonly Row[] = [
  {
    fault: 'the power is cut anywhere',
    promise: 'Whatever somebody outside was told is on the disk, nothing is there in part, and the next start takes up every open step.',
    proofs: [
      torture('crash-states', 'released', 'print-begun'),
      ledger('ledger', 'have no gap and are given once, whatever fails, goes or starts again in between'),
      kiosk(
        'restart',
        'a ticket that was in the printer is uncertain, and is never printed by itself',
        'a second cut during recovery changes nothing',
      ),
      lane('after a power cut calls the passage unconfirmed, and the ticket used'),
    ],
  },
  {
    fault: 'unsynced writes are torn or come in another order',
    promise: 'A commit is whole or was never made, whatever the disk did with what it was not told to keep.',
    proofs: [
      torture('crash-states', 'synchronous=', 'told before the sync'),
      store('log-keeper', 'leaves every commit, before and after a checkpoint and with zeros behind the log'),
    ],
  },
  {
    fault: 'the program is killed, or the kernel ends it for want of memory',
    promise: 'The same as after a power cut; the barrier closes by itself, and after the next start everything is at the box office once.',
    proofs: [
      torture('kill', 'released', 'paid', 'print-begun', 'event-on-wire'),
      gateBoard('closes the barrier by itself when the agent dies in the middle of a pulse'),
      store('data-folder-lock', 'is refused while another process has it, and taken over when that one was killed'),
    ],
  },
  {
    fault: 'a sync fails, once or for ever',
    promise: 'Nobody knows whether it was written: nothing opens, nothing prints, the program ends with status 74 and looks at the start.',
    proofs: [
      store('failing-disk', 'makes the outcome unknown, and the ledger refuses everything afterwards'),
      torture('io-errors', 'EIO', 'sync'),
      lane('stays shut and lets the process end when nobody knows whether it was written'),
      {
        file: 'test/edge-agent/box-office/store/damaged-store.test.ts',
        tests: ['a disk that fails in a transaction makes its outcome unknown: nothing else is done by this process'],
      },
    ],
  },
  {
    fault: 'a read fails, or a write stops half way',
    promise: 'The fault is named, and never is another answer given than what was written.',
    proofs: [
      store('failing-disk', 'is named when the store exists, and the store is whole afterwards'),
      torture('io-errors', 'short'),
      validity('validity-store', 'with a row that cannot be read is found out by the look-up, which does not guess'),
    ],
  },
  {
    fault: 'the disk is full',
    promise: 'Selling stops first, then the ballast gives room for two thousand scans and more, and what was refused was not written in part.',
    proofs: [
      torture('disk-full', 'ballast'),
      store('store-watch', 'stops selling, gives the ballast up, and takes it back when there is room'),
      ledger('ledger', 'a full disk is a known outcome: nothing was written, and the ledger goes on when there is room'),
      lane('does not release what could not be written, and says that it cannot verify'),
    ],
  },
  {
    fault: 'a file that is too large, not ours, or may only be read',
    promise: 'The program says which file it is and what to do, and ends; it does not start over and over.',
    proofs: [
      store('store-watch', 'at the bound of the ledger one write is refused, and two thousand more scans fit after it'),
      store(
        'store-watch',
        'a disk that became read-only stops selling before a write was lost, keeps the ballast, and is trusted again when it takes writes',
      ),
      store('data-folder-lock', 'that cannot be made is named'),
      store('database', 'a folder'),
      torture('io-errors', 'EIO', 'ENOSPC'),
    ],
  },
  {
    fault: 'bits rot in a store or in the data of the gate',
    promise: 'It is found; validity data are fetched again; of a journal everything that can be read is kept and the rows that are lost are named.',
    proofs: [
      ledger('salvage', 'page after page: what is left of it is kept', 'a recovery that was cut short at its end is finished by the next start'),
      ledger('chain', 'shows any change, deletion, move or copy of a row, and any change of its ends'),
      ledger('keeping', 'tell once of a row that is not what was written, in whatever slice, and go on with the other journals'),
      validity('validity-client', 'finds out that its rows were changed behind its back, and repairs them'),
    ],
  },
  {
    fault: 'a store is removed, exchanged or an older copy of itself',
    promise: 'A foreign file is refused; an older copy is found out by the box office and begins a new epoch, in which nothing is lost.',
    proofs: [
      store('database', 'another store of the product', 'a database of another program that names itself with nothing'),
      uplink('outbox-pump', 'beyond what this ledger ever gave out begin a new epoch, in which nothing is lost'),
      ledger('keeping', 'is written down once; a ledger on another one begins a new epoch and says so'),
      kiosk(
        'lost-order',
        'a guest who cannot be shown her stop, because the box office is away too long, is not forgotten when it has lost her order',
      ),
      { file: 'test/edge-agent/site/restored-disk.test.ts', tests: ['is restoring from the moment that another knows more until it knows as much'] },
    ],
  },
  {
    fault: 'two agents on one data folder',
    promise: 'The second one says who has it, and ends.',
    proofs: [store('data-folder-lock', 'is refused while this process has it')],
  },
  {
    fault: 'a program that forks, attaches a store to another, or opens one beside its connection',
    promise: 'It cannot be written: a store is opened in one place, once, and nothing that would drop its locks or share its pages is used.',
    proofs: [{ rule: 'a store has one connection, in one process' }, { rule: 'better-sqlite3 is imported only where its door is' }],
  },
  {
    fault: 'an update is cut, or taken back',
    promise: 'A migration is whole or not begun; the version before opens what does not concern it, and refuses the rest untouched.',
    proofs: [
      store('migrations', 'lets the version before open it again wherever a step says so', 'is the same whether made at once or step by step'),
      store('database', 'a migration that fails leaves the file as it was', 'of a newer program is refused, and not a byte is changed'),
      torture('crash-states', 'migration'),
    ],
  },
];

const WIRE: readonly Row[] = [
  {
    fault: 'the network is away for weeks',
    promise: 'Events wait in their order and go out in batches of bounded size; what is bounded is said before it is reached.',
    proofs: [
      uplink('uplink', 'what was appended before, between and after connections arrives once and in order, however often the broker dies'),
      uplink('outbox-pump', 'what waited longer than a minute, or from before a restart, is marked as history'),
      {
        file: 'test/core/outbox/delivery.test.ts',
        tests: ['when both lanes wait, eight batches in eleven are facts and three are records of health'],
      },
    ],
  },
  {
    fault: 'a line that is dead, lossy, slow, or open in one direction only',
    promise: 'What was not acknowledged goes out again, no line is believed for ever, and attempts keep their distance.',
    proofs: [
      torture('network', 'half-open', 'one-way-down', 'slow', 'drop', '30 % loss'),
      uplink(
        'outbox-pump',
        'when no acknowledgement comes, the same numbers and the same events go out again',
        'costs one batch each ten seconds, whatever waits',
      ),
      uplink(
        'connection-supervisor',
        'grows to five minutes and never ends, while no connection proves stable',
        'is spread over the whole time, so that machines do not come back together',
      ),
    ],
  },
  {
    fault: 'the broker dies, forgets, doubles, reorders, refuses or keeps old messages',
    promise: 'Every event is kept once in effect; a command is carried out once at most; a person is told why nothing goes.',
    proofs: [
      torture('kill', 'broker'),
      torture('broker', 'CONNACK', 'DISCONNECT', 'PUBACK without delivery', 'every batch twice', 'batches in the reverse order'),
      {
        file: 'test/core/outbox/delivery.property.test.ts',
        tests: ['whatever is lost on the way, nothing is recorded that was not kept, the window holds, and in the end everything arrives'],
      },
      uplink(
        'commands',
        'is carried out once, however often it comes, and each step is told',
        'is refused when it is forged, torn, retained or none, and nothing is told of what nobody signed',
      ),
      uplink('outbox-pump', 'is said after ten minutes on a working line, and taken back by one acknowledgement'),
    ],
  },
  {
    fault: 'the box office answers wrongly, with something old, or too much',
    promise: 'The last good data stay in use, versions never go back, and their age is shown.',
    proofs: [
      validity(
        'validity-client',
        'an older head is late, a newer one that goes back is a rollback; neither is followed',
        'a flipped bit anywhere in a delta is refused',
        'grows older while the box office is away, says so, and survives a restart',
      ),
      uplink('hostile-downlink', 'ignores the acknowledgement of another epoch'),
      {
        file: 'test/edge-agent/box-office-client/box-office-client.test.ts',
        tests: ['a 409 on a row without refusals is a broken contract', 'no answer in time leaves open whether it had an effect'],
      },
    ],
  },
  {
    fault: 'clocks go back, jump or know nothing',
    promise: 'Events keep the order of their numbers, waits are measured by a clock that nobody sets, and no payment ends by a clock that was set.',
    proofs: [
      { file: 'test/edge-agent/lanes/passage.test.ts', tests: ['and the events keep their order'] },
      kiosk('unknown-payment', 'is not ended by a clock that somebody sets forward'),
      { file: 'test/device-drivers/escpos-printer/process-tokens.test.ts', tests: ['do not repeat when the clock is set back'] },
      {
        file: 'test/edge-agent/clock/site-clock.test.ts',
        tests: ['never knows an earlier time after power cuts, however many, without a battery, than it was told under a signature'],
      },
    ],
  },
];

const DEVICES: readonly Row[] = [
  {
    fault: 'a cable is pulled and put back, a device hangs, babbles or sends half a frame',
    promise: 'The state is on the screen, the port is opened again at growing distances, half a frame is dropped, and nothing is read twice.',
    proofs: [
      {
        file: 'test/edge-agent/devices/device-manager.test.ts',
        tests: ['gives ports that survive an unplugged cable', 'backs off to its cap and no further, and hurries no more than its floor'],
      },
      gateBoard('reads on behind a burst of garbage', 'ends the session after three misses in a row'),
      { file: 'test/device-drivers/escpos-printer/reply-decoder.test.ts', tests: ['understands what comes after any garbage and a silence'] },
      kiosk('collection', 'asks once when a scanner repeats itself'),
    ],
  },
  {
    fault: 'the printer has no paper, is open, jams, fails to cut, goes offline in a job, or answers late',
    promise:
      'A ticket that may be on paper is left to a person and never printed again by itself; the rest goes to another printer or back; the guest has a way on.',
    proofs: [
      kiosk(
        'printing',
        'leaves ticket 1 to staff and prints ticket 2 when there is paper again',
        'never gets an uncertain ticket twice',
        'that falls silent in the middle of a ticket leaves it uncertain',
      ),
      kiosk(
        'two-printers',
        'a jam in ticket 1 of 2: ticket 2 comes out of the second by itself, ticket 1 is left to staff, and the guest has a slip',
      ),
      {
        file: 'test/device-drivers/escpos-printer/session.test.ts',
        tests: [
          'never calls printed what was not echoed, nor not printed what was sent, in any order of events',
          'does not take an echo of an earlier job for its own',
        ],
      },
    ],
  },
  {
    fault: 'the terminal says nothing, refuses, approves and the answer is lost, or does not reverse',
    promise: 'Its outcome is asked for by the key until it is known; money is never guessed, and what cannot be reversed is left to a person.',
    proofs: [
      kiosk(
        'card-terminal',
        'whose outcome nobody heard is asked about until it is known: paid',
        'whose outcome nobody heard is asked about until it is known: not booked',
        'that the bank refuses leaves the guest uncharged, and she may try again',
        'that the terminal will not reverse is left to a person',
      ),
      kiosk('random-terminal', 'the bank, the box office and the kiosk agree in the end'),
      {
        file: 'test/edge-agent/box-office/settle-payment.test.ts',
        tests: ['booked: the order is confirmed, its tickets can be printed at any machine, and the row is gone'],
      },
    ],
  },
  {
    fault: 'the provider does not answer, or money comes late',
    promise: 'The guest reads that it is being checked; late money prints, or goes back by itself; never is anybody charged twice.',
    proofs: [
      kiosk(
        'unknown-payment',
        'is called unknown after three polls without an answer, and after a minute the guest may leave',
        'prints on a late success while the guest is there',
        'refuses to pay again or to cancel',
      ),
      {
        file: 'test/edge-agent/box-office/payments.test.ts',
        tests: [
          'no answer is unknown and never a failure; a late success confirms',
          'never a second charge: the first attempt succeeds late while the second is paid too, and one of them goes back',
          'after a restart every open payment is asked about again, and none is lost',
        ],
      },
      torture('kill', 'money that', 'paid'),
    ],
  },
  {
    fault: 'nobody passes, the board pulses twice, the barrier sticks, the sensor is lost',
    promise: 'Decision, release and passage are three facts; nothing is released again without a new decision.',
    proofs: [
      gateBoard(
        'is uncertain, not refused, when the echo does not come',
        'never takes the late echo of one release for the answer to the next',
        'calls a sensor stuck that stays covered, and counts one body for it at most',
      ),
      lane(
        'that nobody went in on is good again, and both facts stay',
        'gives the ticket back when the barrier did not open',
        'reports a body that nobody let in',
      ),
    ],
  },
  {
    fault: 'the guest’s screen is gone, or she leaves in the middle',
    promise: 'What is paid goes on without her, what is not paid is given back, and the next guest sees nothing of it.',
    proofs: [
      kiosk('printing', 'comes to its end although the guest has left, and the next guest sees nothing of it'),
      kiosk('giving-up', 'lets idle time release the hold', 'closes the payment when the guest walks away from the code'),
      kiosk('restart', 'a long time later nobody is shown anything of the guest, and the money is still looked up'),
    ],
  },
];

export const MATRIX: readonly Row[] = [...STORE, ...WIRE, ...DEVICES];
