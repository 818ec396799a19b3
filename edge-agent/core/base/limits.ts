import { DEVICE_LIMITS } from './device-limits.ts';
import { days, hours, milliseconds, minutes, seconds } from './time.ts';

/** Every bound of the product in one place, each with its reason. A queue, table, frame or wait that is not bounded here is not bounded, and a defect. */
export const LIMITS = {
  ...DEVICE_LIMITS,
  gate: {
    /** A release that could not be written within this time is not sent any more: the guest has been told to wait. */
    releaseDeadline: seconds(2),
    /** Released this long by the board itself; nobody walks through within less than 0.5 s. */
    releasePulse: milliseconds(700),
    /** Nobody passed: the admission is taken back. */
    passageTimeout: seconds(8),
    /** At a barrier without a sensor: the pulse, and the steps of somebody who goes through it. Longer would let the next guest wait for nothing. */
    blindPassage: seconds(2),
    /** After a guest the next one is expected for this long, and what his code needs is done for nothing this often: some 4 % of a core meanwhile. */
    guestsExpectedFor: seconds(10),
    rehearseEvery: milliseconds(5),
    /** Scans accepted while a barrier is still closing. */
    waitingScansMax: 2,
    /** Passages kept in memory while the store cannot be written: half an hour of one lane at 30 bodies a minute. */
    unwrittenPassagesMax: 1_000,
    /** A refusal stays on the screen this long, or until the next code. */
    verdictShown: seconds(5),
    /** An admission stays this long after its guest went through: an usher has read it, and the next guest does not take it for his own. */
    passedShown: seconds(2),
  },
  sale: {
    seatsPerOrder: 6,
    /** As long as Chinese ground systems keep a lock. */
    holdFor: minutes(10),
    /** A payment is not begun with less of the hold left. */
    holdLeftToPay: seconds(120),
    /** The shortest hold that a configuration may ask for leaves this much before it is too late to pay: a review is read in ten seconds. */
    reviewLeast: seconds(10),
    /** Payment ends this long before the hold, so that money cannot arrive for seats that are gone. */
    paymentEndsBeforeHold: seconds(30),
    /** From "unknown" to the claim screen. */
    unknownToClaim: seconds(60),
    /** Shown less than the truth, so that a click on the last second still counts. */
    holdShownShort: seconds(15),
    claimLease: minutes(5),
    /** As the notice in the lobby says; the cinema's own fault is not bound by it. */
    refundEndsBeforeStart: minutes(30),
    /** An open payment is asked for this often; the guest's eye notices a second, not less. */
    pollEvery: seconds(1),
    /** A question without an answer is repeated after 1, 2, 4, … s up to this, because nobody stands and waits for it any more. */
    pollSlowest: seconds(60),
    /** So many polls in a row without an answer (3 × (5 s of waiting + 1 s)) and the payment is called unknown. */
    unheardToUnknown: 3,
    /** So many tries to reach the provider before the guest is told that it cannot be done now. */
    startTries: 4,
    /** A payment that nobody could tell about for this long is a matter for a person: providers settle within a day. */
    resolveFor: hours(24),
    /** And not before so many questions in a row, an hour and a half at the slowest pace: the clock alone, set forward by a day, ends nothing that is open. */
    resolveTries: 100,
    /** After a restart the guest of a sale that was touched this recently is taken to be still there. */
    restoreWithin: minutes(2),
    /** A ticket is not begun with less of its lease left: one ticket with its echo takes at most 15 s. */
    leaseLeftToPrint: seconds(20),
    /** A claim is asked for this often before the guest is sent to staff. */
    claimTries: 6,
    /** Sales, and deliveries, that are not at their end on one machine: with so many open payments or claims something is wrong that going on would make worse. */
    openSalesMax: 50,
    /** A terminal that has approved waits this long for word of the goods before it hears that they are the guest's: within its own bound (`zvt`). */
    goodsWait: seconds(60),
    /** A terminal's own records are read, or a booking is reversed, within this, or nobody knows. */
    terminalTimeout: minutes(2),
    /** Two lines of forty characters are the largest display of the field (ZVT PA00P015 §2.8); more is cut. */
    terminalTextMax: 200,
    /** As the contract says of every text on a receipt. */
    receiptTextMax: 40,
    /** How often the box office is asked what it wants of this machine's card terminal: a refund waits no longer. */
    dutiesEvery: seconds(60),
    /** A screen waits 8 s for its answer; a command whose calls take longer is answered before that, and the session tells the rest. */
    commandTimeout: seconds(7),
  },
  /** The box office's side of a payment. */
  payment: {
    /** Close and query in one request of a kiosk are twice this, which stays below `http.requestTimeout`. */
    providerTimeout: seconds(2),
    /** Providers ask for 2 to 3 s between two questions about one payment. */
    pollEvery: seconds(2),
    /** Told by providers and heard once; some hours of a full house. */
    notificationsKept: 5_000,
    /** A provider that does not answer is asked again after 2, 4, 8 … s, for as long as it takes: money may be open. */
    retry: { base: seconds(2), cap: seconds(60), floor: seconds(1) },
    /** After an end without money the provider is asked again at these distances, because a payment may win the race against its closing; together longer than a hold. */
    lateChecks: [seconds(15), minutes(1), minutes(5), minutes(10)],
    /** A provider may think longer about a payment code than about a question: it asks the guest's bank. Below `sale` machines' patience of 5 s for one call. */
    codeTimeout: seconds(4),
    /** So many calls in a row without a useful answer (some four minutes) and a person is told; asking goes on. */
    manualAfterTries: 12,
    manualEvery: minutes(1),
    /** A refund that the provider has taken but not finished: it may go back to a bank's card, which takes hours or days. */
    refundCheck: { base: seconds(10), cap: minutes(30), floor: seconds(5) },
    /** A terminal that has not said how a payment went this long after its last moment is a matter for a person. */
    terminalPatience: minutes(2),
    /** What a kiosk is told at once of its terminal's open payments; it asks every minute, and a machine has a handful in a bad week. */
    terminalDutiesMax: 100,
    answerBytesMax: 65_536,
    /** A provider's list of one day: 20,000 lines of 150 bytes. */
    statementBytesMax: 3_000_000,
    statementLinesMax: 20_000,
    /** Two clocks may put one payment on two sides of a day's end. */
    statementMargin: minutes(30),
  },
  member: {
    /** Wrong PINs in a row before the card is locked, and for how long; each lock after the first is reached by one wrong PIN and lasts twice as long. */
    triesMax: 5,
    lockedFor: minutes(15),
    lockedForMost: hours(24),
  },
  boxOffice: {
    /** How often a machine asks whether the box office is there: a lost one is on the screens within two of these. */
    askEvery: seconds(2),
    /** Lapsed holds are also found by whoever wants the seat; the sweep is for the map on the screen. */
    sweepEvery: seconds(5),
    /** New days appear and old shows leave the validity data within this time. */
    programmeEvery: minutes(10),
    /** Events of machines; far longer than any of them keeps one that it may send again, so that none is ever applied twice. Money's own records stay. */
    keepEvents: days(400),
    /** Events that are written by one commit, at about 50 µs each: a gate in the same process waits no longer than this makes it. */
    eventsTogether: 600,
    pruneEvery: hours(1),
    pruneRows: 2_000,
    /** Keys are replaced sixty days before their end, so an hour more or less is nothing. */
    keysEvery: hours(1),
    /** Deltas kept for machines that fall behind; beyond these a snapshot is cheaper. A busy day makes some 3,000. */
    deltasKept: 10_000,
    /** Operations in one delta: some 6 kB, looked at within two milliseconds. */
    deltaOpsMax: 128,
    /** A manifest is made anew when a gate would have to apply more versions than this on top of it. */
    manifestBehindMax: 2_000,
    /** Events of one lane kept beyond a gap: a full window of batches sixteen times over. */
    eventsAheadMax: 51_200,
    /** What came beyond a gap of an epoch that has ended waits for what its machine still has: a full outbox arrives in seconds, after pauses of a minute at most. */
    strandedAfter: minutes(5),
    strandedEvery: minutes(1),
    /** A show leaves the validity data this long after its end. */
    validityKeptAfterShow: hours(24),
    /** Of one ticket; whoever needs more has another trouble. */
    reprintsMax: 9,
    /** Tickets that were paid for longer than this and are not on paper are a matter for staff: an order of six takes less. */
    unprintedAfter: seconds(60),
    /** A ticket whose show ended longer ago is no longer open but a matter of the day's figures. */
    unprintedShownAfterShow: hours(24),
    /** An order that was lost with a newer copy of the box office's store stays before people's eyes over a weekend and the office days after it; then it is history. */
    unknownOrderShown: days(7),
    /** Of the money view; whoever has more needs the provider on the telephone and not a longer list. */
    moneyItemsMax: 200,
    /** Tickets can be collected from this long before the show. */
    collectionOpensBefore: days(14),
  },
  outbox: {
    /** Events in one batch; 200 × 300 bytes is far below the 64 kB that every broker takes. */
    batchEventsMax: 200,
    batchBytesMax: 65_536,
    /** Four of the largest events still fit one batch; the largest real one is below 2 kB. */
    eventBytesMax: 16_384,
    /** Batches in flight. Brokers grant 10 to 65,535; 16 fills a line of 40 ms. */
    windowBatches: 16,
    /** Nothing acknowledged for this long: send again from the first that is open. */
    resendAfter: seconds(10),
    /**
     * Connected for this long without an acknowledgement: say so to a person. The broker owes a batch its PUBACK for this long: end the connection. A batch of
     * 64 kB takes a minute at 10 kbit/s, and its wait begins when the one before it was taken.
     */
    notAcceptedAfter: minutes(10),
    gzipFromBytes: 1_024,
  },
  uplink: {
    backoff: { base: seconds(1), cap: minutes(5), floor: milliseconds(100) },
    keepAlive: seconds(60),
    connectTimeout: seconds(20),
    /** For the broker to grant the subscriptions, and to take presence and hello: a kilobyte each. Below `stableAfter`, so that the waits grow. */
    greetingTimeout: seconds(30),
    /** A connection that lasted this long resets the back-off. */
    stableAfter: seconds(60),
    messageBytesMax: 262_144,
    /** Changes of health are gathered for this long before the document goes out: a printer that comes up tells five states in two seconds. */
    healthGather: seconds(5),
    /**
     * The broker owes a health document its PUBACK for this long: end the connection. Sixteen batches of 64 kB may be on the line before it, and each takes a
     * minute at 10 kbit/s.
     */
    healthTakenWithin: minutes(20),
    /** Unchanged health is told again this often, with the broker's clock on it. */
    healthEvery: minutes(10),
    /** A name that two machines bear stays an alarm for this long after the last sign of it. */
    doubledShownFor: hours(1),
    /** Commands that arrived and were not looked at yet: more is a flood, and a command is never urgent. */
    commandsWaitingMax: 64,
    commandBytesMax: 4_096,
    /** A command that was not taken within this is over. */
    commandLife: minutes(10),
    /** So many commands are remembered, by the machine that took them and by the box office that gave them; their counter is remembered for ever. */
    commandsKept: 200,
  },
  telemetry: {
    every: minutes(1),
    /** A week without a network at one sample a minute; some 600 bytes each, 6 MB. Beyond, the oldest goes and is counted. */
    ringSamples: 10_080,
    /** Samples in one message; within the contract's 60. */
    messageSamples: 60,
    /** Names of one sample: devices, lanes and gates of a large machine. */
    metricsMax: 200,
  },
  broker: {
    /** The embedded broker serves the machines of one process and a technician's tool beside them. */
    connectionsMax: 64,
    /** From the TCP connection to CONNECT; a client that says nothing holds one of the places above. */
    connectTimeout: seconds(10),
    packetsBeforeConnectMax: 16,
  },
  validity: {
    /** Older data still decide, and say their age; from here on an unattended gate refuses what it cannot prove. */
    ageMax: hours(24),
    /** Entry opens before the show and closes after it began. */
    entryOpensBefore: minutes(40),
    entryClosesAfterStart: minutes(60),
    /** Rows of a snapshot: a million tickets, and as many codes and shows. */
    rowsMax: 2_000_000,
    /** Rows read, hashed and written in one go while scans wait: at about 4 µs a row, 1 ms. */
    sliceRows: 250,
    /** Changes of a delta looked at in one go: each is a row looked up and two hashes, some 10 µs. */
    sliceChanges: 64,
    /** A shard: some 9,000 tickets. The contract allows four times as much; the smaller, the less is fetched again after a cut. */
    shardBytes: 262_144,
    /** Rows that were changed since the snapshot are kept in memory beside it (some 200 bytes each); beyond, a new snapshot is fetched. */
    changedRowsMax: 20_000,
    /** The data in use are read and added up again this often, so that a disk that forgets is found before a guest finds it. */
    verifyEvery: hours(6),
    /** A shard comes over the local network; one that takes longer is asked for again later. */
    shardTimeout: seconds(30),
    /** The head is asked for this often over HTTP, so that the age of the data is known when the broker is away. */
    refreshEvery: seconds(20),
    /** Deltas that were pushed and wait for their turn; beyond, they are fetched as a range. */
    waitingDeltasMax: 64,
  },
  /** The time as an interval (see core/clock). */
  clock: {
    /** Crystals of cheap boards are off by up to 100 parts in a million; five times that is a broken one. */
    driftPartsPerMillion: 500,
    /** The lower bound is written down this often, so that a power cut takes at most as much from it. */
    persistEvery: minutes(1),
    /** A changing code lives 30 s: a gate that knows the time no better than ten of those cannot judge it. */
    widthMax: minutes(5),
    /** The wall clock and the interval differ by more than this: somebody has set the clock, and it is told once. */
    jumpTold: minutes(2),
  },
  /** Phones show a code that changes (core/ticket). A picture of it is worthless after two steps. */
  rotating: { step: seconds(15), stepsAround: 1 },
  /** The gates of one site among each other (core/site). */
  site: {
    /** From the wish to let somebody in to the answer of the last gate; beyond it the gate decides alone. A guest notices 100 ms. */
    claimBudget: milliseconds(80),
    /** A claim that was granted and neither became an admission nor was withdrawn stands this long: a commit takes milliseconds, a full disk less than this. */
    grantLife: seconds(5),
    /** Claims of others that are remembered: 32 gates with eight lanes each would have to hold four at once. */
    openClaimsMax: 1_024,
    membersMax: 32,
    /** A silent line is asked at this distance, and given up after three: a dead gate is known within this. */
    pingEvery: seconds(1),
    pingsMissedMax: 3,
    reconnect: { base: milliseconds(250), cap: seconds(5), floor: milliseconds(50) },
    /** Admissions in one message while catching up: 500 of some 250 bytes are 125 kB. */
    rowsInMessage: 500,
    messageBytesMax: 262_144,
    /** Admissions of shows that are over stay this long, for a gate that was away and for a person who asks: two days of a large house are 40,000 rows. */
    rowsKept: days(2),
    /** Messages to a gate that does not read; beyond, the line is cut and caught up later. */
    queuedBytesMax: 4_194_304,
    /** Gates look for each other with a datagram this often. */
    beaconEvery: seconds(2),
    beaconBytesMax: 512,
    /** From the dial to the end of the handshake; whoever dials us and does not finish it holds a place for as long. */
    handshakeTimeout: seconds(3),
    /** Connections of one address that have not proven anything yet: a pair needs one, and one more while it is dialled anew. */
    strangersMax: 4,
  },
  /** Ushers and their PINs. */
  staff: {
    membersMax: 200,
    pinDigits: 6,
    /** Wrong PINs in a row, then the page is locked; the count outlives a restart. */
    triesMax: 5,
    lockedFor: minutes(5),
    /**
     * Wrong PINs that a right one in between does not forgive, or somebody who knows his own PIN could try everybody else's. One is forgotten every minute: a
     * guesser gets 1,440 a day of a million, and a busy shift never comes near twenty.
     */
    recentWrongMax: 20,
    recentWrongForgottenEvery: minutes(1),
    /** PINs being looked at and waiting for it; each takes up to seconds with a long list of staff. */
    pinsWaitingMax: 8,
    /** A kiosk stands in the open: whoever walks away from the staff's page is signed out after this. */
    kioskIdle: seconds(60),
    /** How often the money view is read again, and how soon after something was done about it. */
    moneyEvery: seconds(10),
    moneyAfterAction: milliseconds(400),
    /** Between two looks whether a ticket that was given back has arrived; ten of them leave room within `sale.commandTimeout`. */
    giveBackPause: milliseconds(400),
    /** How long the kiosk's scanner waits for a code that staff look for: well within `kioskIdle`, and then it is the guests' again. */
    scanWait: seconds(20),
    /** Orders that were last printed here, from so many deliveries. */
    recentOrders: 8,
    recentDeliveries: 24,
    /** A shift. */
    sessionLife: hours(12),
    sessionsMax: 32,
    /** An usher may take an admission of his own lane back within this. */
    undoWithin: minutes(2),
    recentScans: 10,
    /** The camera sees a code again and again while it is held up. */
    cameraDebounce: seconds(5),
    /** Codes of several phones that wait for the one being decided; each takes at most the budget of a claim. */
    scansWaitingMax: 16,
    /** Scans that can still be overridden: half an hour of a busy machine. */
    scansKept: 500,
  },
  /** The write-ahead logs of the stores, in frames of one page (4 kB). A decision writes 4 to 8. */
  store: {
    /** A log that did not change between two looks is quiet. */
    lookEvery: milliseconds(250),
    /** Written into the database when the store is quiet: every 32 guests or so, 1 MB. */
    logFramesQuiet: 256,
    /** Written into the database although it is not: four gates that never rest. */
    logFramesBusy: 2_048,
    /** The file is made this long beforehand, 12.7 MB: what is busy, and what a busy quarter of a second adds. */
    logFramesGrown: 3_072,
    /** Beyond, SQLite does it inside a commit. */
    logFramesMax: 4_096,
    /** The room on the disk is looked at this often: a busy gate writes some 10 kB meanwhile. */
    roomEvery: seconds(2),
    /** Events that may wait in a lane: sixty days of 20,000, and a fifth of that for what is not of the first order. */
    waitingMax: { p0: 1_500_000, p1: 300_000 },
    /** The digests of the journals are checked again in slices of a millisecond: a million rows within five minutes, and then four times a day. */
    chain: { sliceRows: 200, sliceEvery: milliseconds(50), roundEvery: hours(6) },
  },
  http: {
    bodyBytesMax: 65_536,
    requestTimeout: seconds(5),
    /** A pick-up code has 10^12 values; at this rate a guesser needs longer than the cinema stands. */
    lookupsPerMinute: 30,
    /** From one address, which behind a proxy is everybody's. A full house pays some hundred times in its busiest minute; a signature takes a tenth of a millisecond to check. */
    notificationsPerMinute: 600,
    /** From one address. A person looks at a command every second or two. */
    peopleRequestsPerMinute: 120,
    /** The lock stops guessing; this keeps a script from filling the audit with it. */
    signInsPerMinute: 30,
    /** From one phone. A camera that reads a code twice a second, a search and the page itself stay below a fifth of it. */
    phoneRequestsPerMinute: 600,
    /** Connections of all phones: each has at most a page with its socket and three requests at once. */
    phoneConnectionsMax: 256,
    /** A phone on a bad network needs a second or two for TLS; who needs longer holds a place for nothing. */
    handshakeTimeout: seconds(10),
  },
  live: {
    /** A week's programme is some 650 kB; a film that sold its last seat may be offered for this much longer, and is refused at the seat map. */
    programmeKept: seconds(3),
    /** Screens of one machine with room for a technician's tabs. */
    watchersMax: 32,
    /** Usher's pages, twice the sessions: a phone that comes back may stand beside its own dead line for a while. */
    phonesMax: 64,
    /** A dead agent is noticed by a screen within 5 s. */
    tickEvery: seconds(2),
    /** Changes of the technician's page and the bench are gathered for this long: no eye sees more than ten pictures a second of text. */
    gather: milliseconds(100),
    /** A screen that lets a megabyte wait has stopped reading; the largest state is about 60 kB. */
    bufferedBytesMax: 1_048_576,
  },
  posters: {
    /** A drawn poster is about 10 kB. */
    bytesMax: 524_288,
    keptMax: 200,
  },
  programme: { days: 7 },
  records: {
    keepEvents: days(30),
    /** Acknowledged events of one lane that are kept however young they are: 30 days of a busy gate, some 200 MB. */
    acknowledgedEventsMax: 600_000,
    /** Sales and papers that came to their end: a guest who complains does so within weeks, and the box office keeps its own record of money. */
    keepSales: days(90),
    /** Payments at a card terminal whose day nobody ends: each is kept this much longer than a sale, half a year in all; after that their sum alone. */
    uncountedLonger: days(90),
    /** More of them than this are no longer kept than a sale: 20,000 × some 700 bytes are 14 MB, a hundred days of two hundred payments. */
    uncountedMax: 20_000,
    /** Whoever ends the terminal's day every night never has a payment that waits for it this long. */
    dayEndOverdue: hours(48),
    pruneRows: 200,
    pruneEvery: hours(1),
    prunePause: seconds(1),
  },
} as const;
