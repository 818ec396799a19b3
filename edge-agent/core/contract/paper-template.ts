import { z } from 'zod';

/**
 * A ticket's layout as data, one for a site and, where it wants that, one for each channel. An element has the seven properties of the film bureau's template list:
 * what it shows, its position, size, bold, show mode, whether its title stands before it, and how many characters (columns) a line of it may have.
 */

/** What a ticket can show; `core/paper/ticket-fields.ts` has the texts. */
export const TICKET_FIELDS = [
  'siteName',
  'filmTitle',
  'version',
  'rating',
  'screenName',
  'seat',
  'screenAndSeat',
  'showDate',
  'showTime',
  'showDateAndTime',
  'entryFrom',
  'endsAt',
  'zone',
  'ticketType',
  'price',
  'fee',
  'paymentMethod',
  'channel',
  'ticketNumber',
  'ticketNumberEnd',
  'orderId',
  'orderAndPosition',
  'showId',
  'siteId',
  'soldAt',
  'machine',
  'channelAndMachine',
  'position',
  'antiForgery',
  'proof',
  'admission',
  'code',
] as const;
export type TicketFieldName = (typeof TICKET_FIELDS)[number];

/** Lines from 1 on; what shares a line stands at its two ends, or below each other where it does not fit. */
const Position = z.strictObject({ line: z.int().min(1).max(60), at: z.enum(['left', 'centre', 'right']).default('left') });

const FieldElement = z.strictObject({
  field: z.enum(TICKET_FIELDS),
  /** Which of its names; `both` on one line. The template's own language when missing. */
  language: z.enum(['zh', 'en', 'both']).optional(),
  position: Position,
  /** Width by height; `fit` is 2x2 where it fits on one line, and 1x1 otherwise. */
  size: z.enum(['1x1', '1x2', '2x1', '2x2', 'fit']).default('1x1'),
  bold: z.boolean().default(false),
  show: z.enum(['text', 'barcode', 'qr']).default('text'),
  /** Its title (影厅, Booking fee) before it, and further lines hanging under the text. */
  title: z.boolean().default(false),
  /** Columns that a line of it may have, at most the paper's; 0 is all of them. */
  charsPerLine: z.int().min(0).max(48).default(0),
  /** Lines that it may have; what is left over becomes an ellipsis. */
  linesMax: z.int().min(1).max(6).default(1),
});
export type FieldElement = z.infer<typeof FieldElement>;

const TextElement = FieldElement.omit({ field: true, language: true, show: true, title: true }).extend({
  /** Printed as it is: notes, headings. */
  text: z.string().min(1).max(120),
});
export type TextElement = z.infer<typeof TextElement>;

const RuleElement = z.strictObject({ rule: z.enum(['solid', 'dashed']), position: Position });

const Element = z.union([FieldElement, TextElement, RuleElement]);
export type PaperElement = z.infer<typeof Element>;

const isField = (element: PaperElement): element is FieldElement => 'field' in element;

/** What must be on a ticket by law or by sense. */
const REQUIRED: Readonly<Record<'cn' | 'generic', readonly (typeof TICKET_FIELDS)[number][]>> = {
  // Film bureau: cinema, film, date and time, price, screen, seat, information code, booking fee.
  cn: ['siteName', 'filmTitle', 'showDate', 'showTime', 'price', 'fee', 'screenName', 'seat', 'code', 'ticketNumber'],
  generic: ['siteName', 'filmTitle', 'showDate', 'showTime', 'screenName', 'seat', 'price', 'code'],
};

/** 153 characters at 6 dots are 39 mm wide with their quiet zone; 4 dots are the least that a gate reads on worn paper, 10 the most that fits. */
const ModuleDots = z.int().min(4).max(10);

export const PaperTemplate = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1).max(40),
    /** Whose rules it has to meet. */
    rules: z.enum(['cn', 'generic']),
    language: z.enum(['zh', 'en']),
    moduleDots: ModuleDots.default(6),
    elements: z.array(Element).min(1).max(80),
  })
  .superRefine(({ rules, elements }, context) => {
    const shown = new Set(elements.filter(isField).map(({ field }) => field));
    for (const field of REQUIRED[rules]) {
      if (!shown.has(field)) context.addIssue({ code: 'custom', path: ['elements'], message: `a ${rules} ticket must show \`${field}\`` });
    }
    const codes = elements.filter((element) => isField(element) && element.field === 'code');
    if (codes.length > 1)
      context.addIssue({ code: 'custom', path: ['elements'], message: '`code` is shown once: a second one would be a second ticket' });
    for (const [index, element] of elements.entries()) {
      if (isField(element)) checkShow(element, (message) => context.addIssue({ code: 'custom', path: ['elements', index, 'show'], message }));
    }
    checkLines(elements, (index, message) => context.addIssue({ code: 'custom', path: ['elements', index, 'position'], message }));
  });
export type PaperTemplate = z.infer<typeof PaperTemplate>;

function checkShow({ field, show }: FieldElement, refuse: (message: string) => void): void {
  if (field === 'code' && show !== 'qr') refuse('`code` is what the gate reads: it is shown as `qr`');
  if (field !== 'code' && show === 'qr') refuse(`\`${field}\` as \`qr\` would be taken for the ticket’s code`);
  if (show === 'barcode' && field !== 'ticketNumber' && field !== 'orderId')
    refuse(`\`${field}\` is no number: only \`ticketNumber\` and \`orderId\` are shown as \`barcode\``);
}

function checkLines(elements: readonly PaperElement[], refuse: (index: number, message: string) => void): void {
  const taken = new Map<number, { readonly at: string; readonly alone: boolean }[]>();
  let last = 0;
  for (const [index, element] of elements.entries()) {
    const { line, at } = element.position;
    const alone = 'rule' in element || (isField(element) && element.show !== 'text') || at === 'centre';
    const others = taken.get(line) ?? [];
    if (line < last) refuse(index, `line ${line} comes after line ${last}: elements are written from the top down`);
    if (others.some((other) => other.alone || other.at === at) || (alone && others.length > 0)) {
      refuse(index, `line ${line} is taken: beside each other stand one text at the left and one at the right`);
    }
    taken.set(line, [...others, { at, alone }]);
    last = Math.max(last, line);
  }
}
