/** What the simulated printer knows of its language. Written from the makers' side: the driver's profiles are what is believed of them. */
export interface PrinterModel {
  /** [GS ( H fn 48 and 49] */
  readonly processIds: boolean;
  /** [GS r] */
  readonly paperStatus: boolean;
  /** [DLE DC4 fn 8] */
  readonly clears: boolean;
  /** [Custom, `10 04 14`] instead of [DLE EOT 1–4]. */
  readonly fullStatus: boolean;
  /** Paper is held at the output [Custom, GS e]. */
  readonly presenter: boolean;
  /** Begins in ideogram mode, and has the letters for it [FS &]. */
  readonly chinese: boolean;
  /** [GS ( k] Draws QR symbols; otherwise it knows the command not, and prints what stands in it. */
  readonly qr: boolean;
  /** [GS I] What it calls itself, which need not be what it is. */
  readonly maker: string;
  readonly model: string;
}

const EPSON: PrinterModel = {
  processIds: true,
  paperStatus: true,
  clears: true,
  fullStatus: false,
  presenter: false,
  chinese: true,
  qr: true,
  maker: 'FOYER',
  model: 'SIM-80',
};

/** By the name of the profile that a driver would use with it. */
export const SIMULATED_MODELS = {
  epson: EPSON,
  /** One for Europe: no Chinese letters. */
  'epson-western': { ...EPSON, chinese: false },
  'epson-without-process-id': { ...EPSON, processIds: false, clears: false },
  /** A copy that gives itself out for an Epson and has neither its confirmation nor its clear. */
  generic: { ...EPSON, processIds: false, clears: false, maker: 'EPSON', model: 'TM-T88III' },
  /** The same without QR symbols, and with characters of its own. */
  'generic-pictures': { ...EPSON, processIds: false, clears: false, chinese: false, qr: false, maker: 'EPSON', model: 'TM-T88III' },
  unconfirming: { ...EPSON, processIds: false, paperStatus: false, clears: false, maker: 'EPOSN', model: 'TM-T88V' },
  'custom-vkp80': { ...EPSON, processIds: false, clears: false, fullStatus: true, presenter: true, qr: false, maker: 'CUSTOM', model: 'VKP80II' },
} as const satisfies Record<string, PrinterModel>;

export type SimulatedModel = keyof typeof SIMULATED_MODELS;
