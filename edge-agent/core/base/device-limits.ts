import { milliseconds, seconds } from './time.ts';

/** What drivers and the lines to devices are bound by; part of `LIMITS`. */
export const DEVICE_LIMITS = {
  scanner: {
    /** A ticket is 153 characters, a Chinese information code 180; the longest QR code that a lobby could meet (a payment link) stays below 512. */
    frameBytesMax: 512,
    /** At 9600 baud a byte takes 1.04 ms: 50 ms of silence ends a frame of a scanner that sends no suffix. */
    idleGap: milliseconds(50),
    /** The same code within this time on one lane is the same scan. Hardware readers repeat at most every 2 s. */
    debounce: milliseconds(2_500),
    /** Codes remembered for the debounce. Nobody shows more than a few different codes within 2.5 s. */
    recentCodesMax: 16,
    /** From a code's first byte to its last one: 180 characters at 9600 baud are 190 ms. What took longer tells nothing about the next. */
    codeArrivesWithin: milliseconds(250),
    /** A frame whose suffix has not come after this much silence never gets it: its remains must not become the head of the next code. */
    unterminatedAfter: milliseconds(500),
    /** More unreadable runs than this within the window, and the scanner or its cable is broken. A bad print gives one or two. */
    babble: { runsMax: 8, window: seconds(10) },
    /** The same code seen again and again for this long is no guest: a ticket is held for seconds. */
    stuckAfter: seconds(60),
    /** A serial scanner that can be asked is asked this often, when its driver is set to; three questions without an answer and it is gone. */
    heartbeat: { every: seconds(10), answerWithin: seconds(1), missesMax: 3, answerBytesMax: 64 },
    /** Parts of one code follow each other within a few polls of the bus (1 to 10 ms); one that is missing for longer was lost. */
    partsWithin: milliseconds(500),
  },
  /** Readers of members' cards. */
  cards: {
    /** Between two looks at the field of a reader that is asked. A card that is held up and taken away is there for half a second. */
    lookEvery: milliseconds(120),
    /** Looks in a row that find nothing before the same card counts again: one at the edge of the field comes and goes. */
    looksAway: 3,
    /** Looks in a row without an answer, then the reader is gone: known within 4 s. */
    missesMax: 3,
    /** A card that is gone for less than this and comes back is the same read. */
    sameCardWithin: milliseconds(800),
    pcsc: {
      /** A service that is awake takes a caller in within milliseconds; one that is not is told of by then. */
      wakesWithin: seconds(2),
      /** The service itself gives up on a card after some seconds at most. */
      answerWithin: seconds(5),
      /** A short answer has at most 258 bytes (ISO/IEC 7816-4 §5.1), an answer to reset 33; kind and number come on top. */
      messageBytesMax: 262,
    },
    pn532: {
      /** UM0701-02 §6.2.1.3: acknowledged within 15 ms; an adapter's latency timer (16 ms) and a busy machine come on top. */
      acknowledgeWithin: milliseconds(150),
      /** A card may ask for more time again and again; three passes of DESFire take some 100 ms. */
      answerWithin: milliseconds(1_000),
      /** UM0701-02 §7.1: an answer has at most 263 bytes with its header. */
      bodyBytesMax: 265,
    },
  },
  zvt: {
    /** T2 of the serial line: a frame that is not confirmed within this is sent again, twice (PA00P016 §3.4). */
    confirmWithin: seconds(5),
    repeatsMax: 2,
    /** T1: silence within a frame ends it. */
    silenceInFrame: milliseconds(200),
    /** A terminal acknowledges a command within this or is not there (T3 of PA00P015 §1.5 is 5 s). */
    acknowledgeWithin: seconds(5),
    /** In the middle of a payment the guest may look for a card: terminals end that themselves after 60 to 90 s, and tell. */
    progressWithin: seconds(120),
    /** An idle terminal is asked how it is, so that a pulled cable is noticed before a guest wants to pay. */
    enquireEvery: seconds(20),
    /** Vending mode, fields 01 and 02 of the authorisation: seconds for each of our answers, and how often the terminal asks (every 2 s): three minutes. */
    goodsAnswerSeconds: 30,
    goodsQuestionsMax: 90,
  },
  modbus: {
    /** A board at 9600 baud answers an 8-byte frame within 30 ms; ten times that is a fault. */
    replyTimeout: milliseconds(300),
    /** How often inputs are read while somebody passes or may: shorter than a sensor's bounce, so that one body is not taken for two. */
    pollEvery: milliseconds(60),
    /** And while nobody does: a body needs more than 200 ms to pass the sensor, and the answer is there 30 ms after the question. */
    pollWhenClearEvery: milliseconds(125),
    /** After a release somebody may come for this long: the longest time that a lane waits for a passage, and a guest who turns back. */
    busyAfterRelease: seconds(15),
    /** How often one lamp of a tower is told again what it is to be: a tower of six is right, or known to be gone, within seconds. */
    lampToldEvery: milliseconds(500),
    /** After a missing reply nothing is sent until the line was silent for this long (turnaround delay of 100 to 200 ms, Modbus over serial line V1.02, 2.4.1). */
    turnaround: milliseconds(100),
    /** Three and a half characters at 9600 baud lie between two frames, also of two units on one line (Modbus over serial line V1.02, 2.5.1.1). */
    betweenFrames: milliseconds(5),
    /**
     * A unit that is gone and shares its line is asked whenever the device manager tries it again (0.2 to 1.8 s), and each time costs the others this wait: three
     * times what a board at 9600 baud needs, so a tenth of the line, and one that comes back is there within two seconds.
     */
    absentReplyTimeout: milliseconds(100),
    /** Of so many such questions one waits for the whole {@link DEVICE_LIMITS.modbus.replyTimeout}: a board that needs it is found, too. */
    absentPatientEvery: 8,
    /** A line that is not even silent within this time is no Modbus line. */
    drainMax: seconds(1),
    /** Unanswered requests in a row before the board counts as gone. */
    missesMax: 3,
    /** Requests waiting for the line: two releases, their cancellations and a poll. */
    waitingMax: 8,
    /** Address, function, count and up to 250 bytes, checksum (Modbus over serial line V1.02, 2.5.1). */
    frameBytesMax: 256,
  },
  gateInputs: {
    /** A sensor that was clear for less than this still sees the same body: contacts bounce, rucksacks swing. */
    sensorBounce: milliseconds(100),
    /** Nothing has covered a sensor for this long: ten bounces, so nobody is there. */
    quietAfter: seconds(1),
    /** A guest with a pushchair needs less than this to walk through the light barrier: who covers it longer stands in the passage. */
    obstructedAfter: seconds(3),
    /** A sensor that is covered for longer than this is covered by something else than a guest. */
    sensorStuckAfter: seconds(10),
    /**
     * A poll that would be on the line when a release is expected waits so long at most: with `modbus.pollEvery` and the answer (15 ms at 9600 baud) two looks
     * stay nearer to each other than `sensorBounce`.
     */
    pollHeldMax: milliseconds(20),
    /** From a whole code to its release, the answers of other gates included, most often. */
    decidedWithin: milliseconds(5),
    /** And if it is not there by then, the guest was refused, or waits for something else than the line. */
    releaseExpectedFor: milliseconds(20),
  },
  osdp: {
    /** A device must answer within 200 ms (SIA OSDP 2.2, 5.8); a long answer takes another 50 ms at 9600 baud. */
    replyTimeout: milliseconds(250),
    /** A device is asked this often at most; the standard wants 50 to 200 ms. */
    pollEvery: milliseconds(50),
    /** Two characters at 9600 baud lie between an answer and the next question (5.7). */
    turnaround: milliseconds(2),
    /** Busy, and asked again this often (5 s): more and the session begins anew. */
    busiesMax: 100,
    /** Unanswered or busy, and asked again with the same sequence number: more of these and the exchange is given up and the session begins anew. */
    repeatsMax: 3,
    /** Devices that are not there are asked this seldom: each costs the others the wait for a reply. */
    absentEvery: milliseconds(1_000),
    /** Tamper and power are asked for this often, should a device not tell them by itself. */
    statusEvery: seconds(5),
    /** Whether anybody has an old address shows by two questions, a second apart. */
    lookedForWithin: milliseconds(1_500),
    /** From the first question to a session: identity, capabilities and four messages of the handshake, each perhaps repeated. */
    onlineWithin: seconds(5),
    /** The largest packet that any reply to us can be; a false head in noise then does not wait for 1,440 bytes. */
    packetBytesMax: 256,
    /** Orders that wait for their turn at one device: a light, its beeps, a release and a few more of them. */
    ordersMax: 8,
    devicesMax: 16,
  },
  gpio: {
    /** `gpioset` has failed by then, or holds the line: it takes some 5 ms on a small board. */
    settlesWithin: milliseconds(40),
    /** Two processes are started for an answer, on a busy machine. */
    replyTimeout: seconds(2),
    /** Edges come by themselves; a sensor that stays covered is looked at this often. */
    lookEvery: milliseconds(500),
    lineBytesMax: 64,
    /** Of what a tool says, for the message. */
    textMax: 2_000,
  },
  /** Modules of relays that time no pulse by themselves, on whatever line. */
  relay: {
    /** A relay that is told off within 80 ms of on has been seen to stay on: no pulse is shorter than this. */
    pulseMin: milliseconds(150),
    /** A module with feedback is asked this often, so that a dead one is known within two seconds. */
    askEvery: milliseconds(500),
    missesMax: 3,
  },
  lcus: {
    /** `CH8: OFF` is eight characters; makers add a few. */
    lineBytesMax: 32,
    /** A module with feedback answers within some 20 ms. */
    replyTimeout: milliseconds(300),
  },
  printer: {
    /** The longest ticket is 160 mm at 100 mm/s, plus cut and a slow buffer: 15 s without the echo is a stop. */
    echoTimeout: seconds(15),
    /** A printer that counts its fences is asked for the counter this often while it prints. */
    fenceEvery: milliseconds(250),
    statusTimeout: milliseconds(1_000),
    /** Status is asked this often while nothing is printed, so that a lost printer is known within 2 s. */
    statusEvery: milliseconds(1_000),
    /** Looks in a row that ask only whether it is online; what does not take it offline (a roll that ends soon) is known within 4 s, and at once where it tells by itself. */
    glancesMax: 3,
    /** Bytes of one job: raster images included. */
    jobBytesMax: 262_144,
    /** A printer without any confirmation is asked for its state this long after the last byte: the longest ticket at 100 mm/s, and its cut. */
    unconfirmedWait: seconds(5),
    /** A presenter is looked at this often: a guest who grabs the paper at once still shows at its sensor for longer. */
    presenterEvery: milliseconds(250),
    /** From the cut to the output; a paper that its sensor has not seen by then was pulled out or is stuck. */
    presentTimeout: seconds(5),
    /** A ticket that nobody takes is drawn back, so that the next guest does not find it. */
    takeTimeout: seconds(60),
    /** One job from its place in the queue to its end: four waits for an echo (others before it, itself), the way to the output, and a guest who is slow. */
    jobTimeout: seconds(125),
    /**
     * Papers begun since the sensor said that the roll ends soon, before selling stops. Sensors are set to 3 m and more; a paper takes at most 170 mm: of 17
     * papers the last 7 stay for an order of six that is being printed and its claim slip.
     */
    papersAfterLow: 10,
    /** Prints behind the one in hand: an order's tickets come one after another, so more than a few is a caller gone wrong. */
    jobsWaitingMax: 8,
  },
  stripe: {
    /** Three tracks of 110 characters and what stands around them; room for the longer ones of encrypted readers. */
    structureBytesMax: 1_024,
    /** A structure comes in one piece; 1 kB takes 1.1 s at 9600 baud and never pauses for this long. */
    unterminatedAfter: milliseconds(500),
  },
  usbPrinter: {
    /** A printer's answer waits this long at most; four looks fit the tenth of a second in which nobody notices a delay. */
    lookEvery: milliseconds(25),
    /** Answers are a few bytes; a report of a whole page of settings is below this. */
    bytesPerLook: 4_096,
  },
  devices: {
    /**
     * Re-open after 0.5, 1, 1.8, 1.8 … s, with full jitter: a device that nothing tells of (on the network, behind an adapter that stays) is back within two seconds
     * too, its first answers included. An attempt costs a call to the system or a packet.
     */
    reopen: { base: milliseconds(500), cap: milliseconds(1_800), floor: milliseconds(200) },
    /**
     * A device in the house's network answers within a millisecond; the system asks a second time after a second, and a third time after three. So an attempt ends
     * soon after the second: with the longest wait behind it nobody is unasked for more than two seconds.
     */
    openTimeout: milliseconds(1_200),
    /** A session that lasted this long was a good one: the next failure begins at the shortest wait again. */
    stableAfter: seconds(10),
    /** The list of what is plugged in is read this often where udev does not tell: 0.2 ms each time with one port, 2 ms with eight. */
    lookEvery: milliseconds(600),
    /** And where it tells: for what it does not know of (PTYs), and for an event that was lost. */
    lookBesideEvents: seconds(2),
    /** Looks in a row that must miss a port before it counts as gone: three are 1.8 s, within the two seconds that a technician is promised. */
    missesMax: 3,
    /** After the end of `udevadm monitor` it is started again this much later; meanwhile the looks alone find what is new. */
    monitorAgain: seconds(10),
    /** What a line's trace keeps each way: half a minute of a busy gate at 9600 baud, some tickets of a printer. */
    traceBytesMax: 65_536,
    /** Of a light's test: long enough to be seen, and all six of it in less than five seconds. */
    lampTestEach: milliseconds(800),
    /** And no more pieces than this: a gate's questions of four minutes. */
    traceEntriesMax: 4_096,
    /** Health is told on every change, and this often in any case, for the counters. */
    healthEvery: seconds(30),
  },
} as const;
