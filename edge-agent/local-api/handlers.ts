import type { z } from 'zod';
import { fromHex } from '#core/base/bytes.ts';
import { unreachable } from '#core/base/fault.ts';
import type { Programme, ShowSeats, Site } from '#core/contract/box-office/programme.ts';
import type { DeviceId, ShowId } from '#core/contract/identifiers.ts';
import { localApi, type Unavailable } from '#core/contract/local/api.ts';
import type { BenchCard, BenchState } from '#core/contract/local/bench.ts';
import type { Flow, KioskSession } from '#core/contract/local/kiosk.ts';
import type { DeviceTestResult, LineTrace, TechnicianState } from '#core/contract/local/technician.ts';
import type { SimulatedCard } from '#drivers/zvt-terminal/simulated-sale.ts';
import type { CommandOutcome, Kiosk } from '../kiosk/kiosk.ts';
import type { EndpointHandlers } from './endpoints.ts';
import { notFound, ProblemError } from './problems.ts';
import { type StaffSource, staffHandlers } from './staff-handlers.ts';
import { type UsherSource, usherHandlers } from './usher-handlers.ts';

/** What the rows of the table are answered from. Each part is a narrow view of something that others own. */
export interface LocalApiSources {
  readonly lobby: LobbySource;
  /** Absent on a machine that is no kiosk. */
  readonly kiosk?: Pick<
    Kiosk,
    | 'session'
    | 'confirmSeats'
    | 'pay'
    | 'choosePayment'
    | 'back'
    | 'memberCard'
    | 'memberPin'
    | 'memberConfirm'
    | 'cancel'
    | 'lookUp'
    | 'print'
    | 'resume'
    | 'claimSlip'
    | 'receipt'
    | 'leave'
  >;
  readonly technician: TechnicianSource;
  /** Absent where no device is simulated. */
  readonly bench?: BenchSource;
  /** Absent on a machine that is no gate. */
  readonly usher?: UsherSource;
  /** Absent on a machine that is neither kiosk nor box office. */
  readonly staff?: StaffSource;
}

export type LobbyState = z.input<(typeof localApi.readLobby)['answers'][200]>;

export interface LobbySource {
  state(): Omit<LobbyState, 'site' | 'flows'> & { readonly flows: readonly Flow[] };
  /** As last read; null until the box office was reached once. */
  site(): Site | null;
  programme(): Promise<Read<Programme>>;
  showSeats(showId: ShowId): Promise<Read<ShowSeats>>;
}

export type Read<Value> = { readonly kind: 'read'; readonly value: Value } | { readonly kind: 'none' } | { readonly kind: 'away' };

export interface TechnicianSource {
  state(): TechnicianState;
  /** Undefined when there is no such device, or none that can be tested. */
  test(device: DeviceId): Promise<DeviceTestResult> | undefined;
  /** @param path undefined to leave it to the configuration again */
  assign(device: DeviceId, path: string | undefined): DeviceTestResult;
  /** Undefined when there is no such device. */
  trace(device: DeviceId): LineTrace | undefined;
}

/** Every function that names a device answers false when there is no such device of that class. */
export interface BenchSource {
  state(): BenchState;
  present(device: DeviceId, bytes: Uint8Array): boolean;
  setFault(device: DeviceId, fault: string, on: boolean): boolean;
  setPerson(device: DeviceId, person: 'walks-through' | 'walks-away' | 'stands-still' | 'push'): boolean;
  presentCard(device: DeviceId, card: SimulatedCard | 'stop'): boolean;
  showCard(device: DeviceId, card: BenchCard): boolean;
  refill(device: DeviceId): boolean;
  tearOff(device: DeviceId): boolean;
  takePaper(device: DeviceId): boolean;
  setNetwork(wires: { readonly broker?: boolean | undefined; readonly boxOffice?: boolean | undefined; readonly site?: boolean | undefined }): void;
  paperPng(device: DeviceId, number: number): Uint8Array | undefined;
}

export function createHandlers({ lobby, kiosk, technician, bench, usher, staff }: LocalApiSources): EndpointHandlers {
  return {
    readLobby: async () => {
      const { flows, ...rest } = lobby.state();
      return { status: 200, body: { ...rest, site: lobby.site(), flows: [...flows] } };
    },
    readProgramme: async () => {
      const programme = await lobby.programme();
      return programme.kind === 'read' ? { status: 200, body: programme.value } : { status: 409, body: AWAY };
    },
    readShowSeats: async ({ params }) => {
      const show = await lobby.showSeats(params.showId);
      if (show.kind === 'none') throw notFound('There is no such show.');
      return show.kind === 'read' ? { status: 200, body: show.value } : { status: 409, body: AWAY };
    },
    readTechnician: async () => ({ status: 200, body: technician.state() }),
    testDevice: async ({ params }) => {
      const test = technician.test(params.device);
      if (test === undefined) throw notFound(`There is no device ${params.device} that could be tested.`);
      return { status: 200, body: await test };
    },
    readTrace: async ({ params }) => {
      const trace = technician.trace(params.device);
      if (trace === undefined) throw notFound(`There is no device ${params.device}.`);
      return { status: 200, body: trace };
    },
    assignDevice: async ({ params, body }) => ({ status: 200, body: technician.assign(params.device, body.path ?? undefined) }),
    ...(kiosk === undefined ? {} : kioskHandlers(kiosk)),
    ...(bench === undefined ? {} : benchHandlers(bench)),
    ...(usher === undefined ? {} : usherHandlers(usher)),
    ...(staff === undefined ? {} : staffHandlers(staff)),
  };
}

const AWAY: z.input<typeof Unavailable> = { code: 'unavailable', lost: 'box-office' };

function kioskHandlers(kiosk: NonNullable<LocalApiSources['kiosk']>): EndpointHandlers {
  return {
    readSession: async () => ({ status: 200, body: { session: kiosk.session() } }),
    confirmSeats: async ({ body }) => refusable(await kiosk.confirmSeats(body), localApi.confirmSeats.answers[409]),
    pay: async () => plain(await kiosk.pay()),
    choosePayment: async ({ body }) => plain(await kiosk.choosePayment({ method: body.method, provider: body.provider })),
    leavePayment: async () => plain(await kiosk.back()),
    giveMemberCard: async ({ body }) => plain(await kiosk.memberCard(body.card)),
    giveMemberPin: async ({ body }) => plain(await kiosk.memberPin(body.pin)),
    confirmMember: async () => plain(await kiosk.memberConfirm()),
    cancel: async () => plain(await kiosk.cancel()),
    lookUp: async ({ body }) => refusable(await kiosk.lookUp(body.code), localApi.lookUp.answers[409]),
    print: async ({ body }) => plain(await kiosk.print(body.ticketIds)),
    resume: async () => plain(await kiosk.resume()),
    claimSlip: async () => plain(await kiosk.claimSlip()),
    receipt: async () => plain(await kiosk.receipt()),
    // Leaving is never refused: at worst the screen is told what still goes on.
    leave: async () => ({ status: 200, body: { session: (await kiosk.leave()).session } }),
  };
}

type SessionAnswer = { readonly status: 200; readonly body: { readonly session: KioskSession } };
type PlainRefusal = { readonly code: 'not-now'; readonly session: KioskSession } | z.output<typeof Unavailable>;

function plain({ reply, session }: CommandOutcome): SessionAnswer | { readonly status: 409; readonly body: PlainRefusal } {
  switch (reply.kind) {
    case 'session':
      return { status: 200, body: { session } };
    case 'unavailable':
      return { status: 409, body: { code: 'unavailable', lost: reply.lost } };
    case 'not-now':
    // A command that asks the box office nothing has no refusal of its own.
    case 'refused':
      return { status: 409, body: { code: 'not-now', session } };
    default:
      return unreachable(reply);
  }
}

function refusable<Refusal extends z.ZodType>(
  outcome: CommandOutcome,
  refusals: Refusal,
): SessionAnswer | { readonly status: 409; readonly body: z.output<Refusal> } {
  if (outcome.reply.kind === 'refused') return { status: 409, body: refusals.parse(outcome.reply.refusal) };
  const answer = plain(outcome);
  return answer.status === 200 ? answer : { status: 409, body: refusals.parse(answer.body) };
}

function benchHandlers(bench: BenchSource): EndpointHandlers {
  const after = (device: DeviceId, isDone: boolean) => {
    if (!isDone) throw notFound(`There is no simulated device ${device} that could do this.`);
    return { status: 200, body: { state: bench.state() } } as const;
  };
  return {
    readBench: async () => ({ status: 200, body: bench.state() }),
    present: async ({ params, body }) => {
      const bytes = 'text' in body ? new TextEncoder().encode(body.text) : hexBytes(body.hex);
      return after(params.device, bench.present(params.device, bytes));
    },
    setFault: async ({ params, body }) => after(params.device, bench.setFault(params.device, body.fault, body.on)),
    setPerson: async ({ params, body }) => after(params.device, bench.setPerson(params.device, body.person)),
    showCard: async ({ params, body }) => after(params.device, bench.showCard(params.device, body.card)),
    presentCard: async ({ params, body }) => after(params.device, bench.presentCard(params.device, body.card)),
    refillPaper: async ({ params }) => after(params.device, bench.refill(params.device)),
    tearOff: async ({ params }) => after(params.device, bench.tearOff(params.device)),
    takePaper: async ({ params }) => after(params.device, bench.takePaper(params.device)),
    setNetwork: async ({ body }) => {
      bench.setNetwork(body);
      return { status: 200, body: { state: bench.state() } };
    },
  };
}

function hexBytes(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes !== undefined) return bytes;
  throw new ProblemError(400, {
    code: 'bad-request',
    message: 'The request was refused and nothing was changed: see body.hex.',
    issues: [{ path: 'body.hex', message: 'not hexadecimal' }],
  });
}
