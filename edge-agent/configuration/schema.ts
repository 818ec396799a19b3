import { z } from 'zod';
import { LIMITS } from '#core/base/limits.ts';
import { DeviceId, LaneId, MachineId, ScreenId, SiteId } from '#core/contract/identifiers.ts';
import { TICKET_CLASSES } from '#core/ticket/payload.ts';
import { Device, Port } from './device-schema.ts';

/** One machine's configuration, as written in YAML. Unknown keys are refused. Every option is here because two real machines need it differently. */

const Lane = z.strictObject({
  id: LaneId,
  name: z.string().min(1).max(40),
  direction: z.enum(['entry', 'exit']).default('entry'),
  scanner: DeviceId,
  gate: DeviceId,
  /** Cards are told that they are no tickets; without a PIN a card lets nobody in. */
  cardReader: DeviceId.optional(),
  /** A light above the lane that says what its screen says. */
  indicator: DeviceId.optional(),
  /** Only tickets of these screens; all when missing. */
  screens: z.array(ScreenId).min(1).max(64).optional(),
  /** Only tickets of these classes; all when missing. */
  classes: z.array(z.enum(TICKET_CLASSES)).min(1).optional(),
});
export type LaneConfiguration = z.infer<typeof Lane>;

/** Where ushers check by hand, with phones and tablets: a lane without a scanner and a barrier of its own. */
const Handheld = z.strictObject({
  id: LaneId,
  name: z.string().min(1).max(40),
  screens: z.array(ScreenId).min(1).max(64).optional(),
  classes: z.array(z.enum(TICKET_CLASSES)).min(1).optional(),
});
export type HandheldConfiguration = z.infer<typeof Handheld>;

/** A DNS name in lower case, as a browser writes it into the Host header. */
const HostName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/, 'a host name in lower case');

/** Keys are files that only this agent may read; nothing of them is logged. `url` is for a test environment of the provider. */
const PaymentProviderSetting = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('simulated') }),
  z.strictObject({
    kind: z.literal('wechat-v3'),
    mchId: z.string().regex(/^\d{6,32}$/),
    appId: z.string().min(1).max(32),
    /** Serial number of the merchant's API certificate. */
    certificateSerial: z.string().regex(/^[0-9A-F]{16,64}$/),
    privateKeyFile: z.string().min(1),
    /** WeChat Pay's public key under its `PUB_KEY_ID_…`, or platform certificates under their serial numbers. */
    platformKeys: z
      .array(z.strictObject({ id: z.string().min(1).max(64), file: z.string().min(1) }))
      .min(1)
      .max(8),
    /** What WeChat reaches from outside as `/v1/payment-notifications/wechat` of the box office; heard when there is `apiV3KeyFile`. */
    notifyUrl: z.url(),
    apiV3KeyFile: z.string().min(1).optional(),
    url: z.url().optional(),
  }),
  z.strictObject({
    kind: z.literal('alipay'),
    appId: z.string().regex(/^\d{6,32}$/),
    privateKeyFile: z.string().min(1),
    alipayKeyFile: z.string().min(1),
    /** What Alipay reaches from outside as `/v1/payment-notifications/alipay` of the box office. */
    notifyUrl: z.url().optional(),
    url: z.url().optional(),
  }),
]);

/** A site's own templates of one kind of paper. */
const TemplateFiles = z
  .strictObject({
    any: z.string().min(1).max(256).optional(),
    channels: z.record(z.string().min(1).max(40), z.string().min(1).max(256)).default({}),
  })
  .prefault({});

export const Configuration = z.strictObject({
  machine: MachineId,
  site: SiteId,
  /** Where the screens are served; loopback unless a proxy with its own rights stands before it. */
  screens: z
    .strictObject({
      host: z.union([z.literal('127.0.0.1'), z.literal('::1')]).default('127.0.0.1'),
      port: Port.default(7_070),
      /** Pixels in a millimetre of the display: width in pixels by width in millimetres. 21.5" at 1080 × 1920 is 4.03. */
      pixelsPerMm: z.number().min(1).max(20).default(4.03),
    })
    .prefault({}),
  /**
   * The usher's page for phones in the house's network, over TLS; without it the page is on this machine's own display alone. `names` are what the phones call
   * this machine, and the certificate is for them.
   */
  usherScreens: z
    .strictObject({
      host: z.union([z.ipv4(), z.ipv6()]).default('0.0.0.0'),
      port: Port.default(7_443),
      certificateFile: z.string().min(1),
      keyFile: z.string().min(1),
      names: z
        .array(z.union([HostName, z.ipv4(), z.ipv6()]))
        .min(1)
        .max(16),
    })
    .optional(),
  boxOffice: z.discriminatedUnion('kind', [
    /**
     * The box office runs in this agent, with a simulated payment provider (its port is `payments`). `machines` are the other machines of the cinema that may
     * speak to it; each gets a token of its own in the data folder. They reach it through a proxy that adds TLS, or on a network of their own by `host`.
     */
    z.strictObject({
      kind: z.literal('embedded'),
      host: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
      port: Port.default(7_080),
      payments: Port.default(7_090),
      /** Who takes money, in the order in which guests see it. The first that takes a payment code of its form gets it. */
      providers: z
        .array(PaymentProviderSetting)
        .min(1)
        .max(3)
        .default([{ kind: 'simulated' }])
        .refine((all) => new Set(all.map(({ kind }) => kind)).size === all.length, 'each kind of provider stands here once'),
      machines: z.array(MachineId).max(200).default([]),
      /**
       * How long seats are kept for a guest who has not paid, in seconds. A small house on a busy evening wants them back sooner. Longer than the limit would
       * outlive the kiosk's patience in giving a hold back; shorter would leave no time to read the review before it is too late to pay.
       */
      holdSeconds: z
        .int()
        .min((LIMITS.sale.holdLeftToPay + LIMITS.sale.reviewLeast) / 1_000)
        .max(LIMITS.sale.holdFor / 1_000)
        .default(LIMITS.sale.holdFor / 1_000),
    }),
    z.strictObject({ kind: z.literal('remote'), url: z.url(), tokenFile: z.string().min(1), validityKeyFile: z.string().min(1) }),
  ]),
  broker: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('embedded'), port: Port.default(7_183) }),
    z.strictObject({
      kind: z.literal('remote'),
      /** `mqtt://` or `mqtts://`. */
      url: z.string().regex(/^mqtts?:\/\//, 'mqtt://host:port or mqtts://host:port'),
      version: z.union([z.literal('5'), z.literal('3.1.1')]).default('5'),
      caFile: z.string().optional(),
      certificateFile: z.string().optional(),
      keyFile: z.string().optional(),
      /** An embedded box office is somebody else at the broker than its machine, with rights of its own. */
      boxOffice: z.strictObject({ certificateFile: z.string(), keyFile: z.string() }).optional(),
    }),
  ]),
  kiosk: z
    .strictObject({
      name: z.string().min(1).max(40),
      /** One, or several in the order in which they are to be used: when one is not well the next ticket goes to the next. */
      printer: z.union([DeviceId.transform((id) => [id]), z.array(DeviceId).min(1).max(4)]),
      scanner: DeviceId,
      /** Guests pay by card. */
      terminal: DeviceId.optional(),
      /** Members hold their cards to it. */
      cardReader: DeviceId.optional(),
      /** What the terminal waits for before the money is kept: tickets that are confirmed, or on paper. */
      goods: z.enum(['confirmed', 'printed']).default('confirmed'),
      /** `always`: every purchase gets a receipt after its tickets; otherwise a guest asks for one. */
      receipts: z.enum(['asked', 'always']).default('asked'),
      /** The site's own papers, as template files: one for all, and others for orders sold through a channel, by the channel's name as it is on the ticket. */
      ticketTemplates: TemplateFiles,
      receiptTemplates: TemplateFiles,
      claimSlipTemplates: TemplateFiles,
    })
    .optional(),
  gate: z
    .strictObject({ lanes: z.array(Lane).max(8).default([]), handheld: Handheld.optional() })
    .refine(({ lanes, handheld }) => lanes.length > 0 || handheld !== undefined, {
      path: ['lanes'],
      message: 'a gate has at least one lane, or a handheld one',
    })
    .optional(),
  /**
   * The gates of the site among each other: before one lets somebody in it asks the others. Without it this machine is the only gate. Every gate names every
   * other as a peer, or all of them look for each other (`discover`).
   */
  siteNetwork: z
    .strictObject({
      /** Where the others reach this machine. */
      listen: z.strictObject({ host: z.union([z.ipv4(), z.ipv6()]).default('0.0.0.0'), port: Port.default(7_071) }).prefault({}),
      /** The site's key; of an embedded box office its own `site.key` when missing. */
      keyFile: z.string().min(1).optional(),
      peers: z
        .array(z.strictObject({ machine: MachineId, host: z.string().min(1).max(253), port: Port.default(7_071) }))
        .max(LIMITS.site.membersMax)
        .default([]),
      /** Gates that must be asked although their place is not known here. */
      members: z.array(MachineId).max(LIMITS.site.membersMax).default([]),
      discover: z.boolean().default(false),
    })
    .optional(),
  /** Room for this machine's own records, in megabytes; a small disk wants other figures than a large one. */
  storage: z
    .strictObject({
      /** Kept free for the moment when nothing else is: checking tickets goes on with it. 64 MB are some 40,000 scans. */
      ballastMb: z.int().min(0).max(4_096).default(64),
      /** Selling stops when there is less. */
      lowMb: z.int().min(1).max(65_536).default(32),
      /** The ledger never takes more than this. */
      ledgerMaxMb: z.int().min(16).max(65_536).default(1_024),
      keepSalesDays: z
        .int()
        .min(1)
        .max(3_650)
        .default(LIMITS.records.keepSales / 86_400_000),
    })
    .prefault({}),
  devices: z.array(Device).max(32).default([]),
});
export type Configuration = z.infer<typeof Configuration>;
